import { rule } from './rule.js';

export const fsOverwriteProfile = rule({
  id: 'fs.overwrite-profile',
  category: 'files',
  kind: 'write',
  title: 'Overwriting login files in the home folder.',
  example: 'echo x > ~/.bashrc',
  alternative: 'cat ~/.bashrc',
  when: ({ target, how }) => target.guarded === 'profile' && /^(truncate|empty|copy|link)$/.test(how),
  message: ({ target }) => `${target.written} is read at every login; overwriting it loses it.`,
});
