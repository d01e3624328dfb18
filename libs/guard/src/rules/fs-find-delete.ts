import { isCatastrophe, isOutside } from './catastrophe.js';
import { rule } from './rule.js';

export const fsFindDelete = rule({
  id: 'fs.find-delete',
  category: 'files',
  kind: 'delete',
  title: '`find … -delete` without a filter over the workspace, or outside it.',
  example: 'find . -delete',
  alternative: "find . -name '*.tmp' -delete",
  when: ({ target, search }) =>
    search !== undefined && (isCatastrophe(target) || isOutside(target) || target.zone === 'git' || target.ifUnset),
  message: ({ target }) => `find would delete ${target.written}; narrow it down with -name inside the workspace.`,
});
