import { isSystemWrite } from './catastrophe.js';
import { rule } from './rule.js';

export const fsOverwriteSystem = rule({
  id: 'fs.overwrite-system',
  category: 'files',
  kind: 'write',
  title: 'Writing into a system folder.',
  example: 'echo x > /etc/passwd',
  alternative: 'echo x > ./passwd.txt',
  when: ({ target }) => isSystemWrite(target),
  message: ({ target }) => `${target.written} belongs to the system.`,
});
