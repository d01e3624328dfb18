import { rule } from './rule.js';

export const privSudo = rule({
  id: 'priv.sudo',
  category: 'privilege',
  kind: 'privilege',
  title: 'Becoming another user: sudo, doas, pkexec and their like, in any form.',
  example: 'sudo ls',
  alternative: 'ls -l',
  when: ({ tool }) => tool !== 'su',
  message: ({ tool }) => `${tool} runs commands as another user, which agents never do.`,
});
