import { rule } from './rule.js';

export const fsWriteKeys = rule({
  id: 'fs.write-keys',
  category: 'files',
  kind: 'write',
  title: 'Writing keys and credentials.',
  example: 'echo key >> ~/.ssh/authorized_keys',
  alternative: 'ls ~/.ssh',
  when: ({ target }) => target.guarded === 'keys',
  message: ({ target }) => `${target.written} holds keys and credentials of the machine's owner.`,
});
