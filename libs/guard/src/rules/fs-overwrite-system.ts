import { isCatastrophe, isSystemWrite } from './catastrophe.js';
import { rule } from './rule.js';

export const fsOverwriteSystem = rule({
  id: 'fs.overwrite-system',
  category: 'files',
  kind: 'write',
  title: 'Writing into a system folder, or emptying a file outside the workspace.',
  example: 'echo x > /etc/passwd',
  alternative: 'echo x > ./passwd.txt',
  when: ({ target, how }) =>
    isSystemWrite(target) ||
    (how === 'empty' && (target.zone === 'outside' || isCatastrophe(target))) ||
    (target.zone === 'git' && /^(truncate|empty|copy)$/.test(how) && target.path.includes('/.git/')),
  message: ({ target }) => `${target.written} belongs to the system or to others, not to the task.`,
});
