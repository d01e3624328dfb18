import { isCatastrophe } from './catastrophe.js';
import { rule } from './rule.js';

export const fsRmRoot = rule({
  id: 'fs.rm.root',
  category: 'files',
  kind: 'delete',
  title:
    'Deleting /, home, the workspace itself, a system folder, or everything in one of them; `.`, `..` and `*` where the command starts.',
  example: 'rm -rf /',
  alternative: 'rm -rf ./build',
  when: ({ target, search }) => search === undefined && isCatastrophe(target),
  message: ({ target, tool }) =>
    `${tool} would delete ${target.written} (${target.zone}). Name a folder inside the workspace.`,
});
