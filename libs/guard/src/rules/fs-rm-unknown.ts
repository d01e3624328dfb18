import { rule } from './rule.js';

export const fsRmUnknown = rule({
  id: 'fs.rm.unknown',
  category: 'files',
  kind: 'delete',
  title: 'Deleting by a variable that may be unset: `rm -rf "$X/"*` is `rm -rf /*` then.',
  example: 'rm -rf "$BUILD_DIR/"*',
  alternative: 'rm -rf "${BUILD_DIR:?}/"*',
  when: ({ target }) => target.ifUnset,
  message: ({ target, tool }) =>
    `If the variable in ${target.written} is unset, ${tool} deletes far more than meant. Write the name with :? in braces, so that an unset one fails.`,
});
