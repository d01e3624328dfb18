import { rule } from './rule.js';

export const execOpaque = rule({
  id: 'exec.opaque',
  category: 'remote-code',
  kind: 'run',
  title: 'Running code that was decoded or decrypted from something unknown.',
  example: 'base64 -d payload | sh',
  alternative: 'base64 -d payload > payload.txt',
  when: ({ origin }) => origin === 'opaque',
  message: ({ by }) => `${by} would run code that was encoded, so nobody can tell what it does.`,
});
