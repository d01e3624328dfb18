import { rule } from './rule.js';

export const fsUmaskWorld = rule({
  id: 'fs.umask-world',
  category: 'files',
  kind: 'umask',
  title: 'A umask that makes new files writable for everyone.',
  example: 'umask 000',
  alternative: 'umask 022',
  message: () => `With this umask every new file is writable for everyone.`,
});
