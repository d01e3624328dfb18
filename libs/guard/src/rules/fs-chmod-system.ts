import { isForeign } from './catastrophe.js';
import { rule } from './rule.js';

export const fsChmodSystem = rule({
  id: 'fs.chmod-system',
  category: 'files',
  kind: 'mode',
  title: 'Changing modes or owners of system folders, home or everything.',
  example: 'chmod -R 700 /',
  alternative: 'chmod -R u+rwX ./build',
  when: ({ target, recursive }) => isForeign(target, recursive),
  message: ({ target, tool }) => `${tool} would change ${target.written}, which is not the task's.`,
});
