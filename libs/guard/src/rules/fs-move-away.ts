import { isCatastrophe } from './catastrophe.js';
import { rule } from './rule.js';

export const fsMoveAway = rule({
  id: 'fs.move-away',
  category: 'files',
  kind: 'move',
  title: 'Moving away what may not be deleted or lies outside the workspace, or moving anything into /dev/null.',
  example: 'mv ~ /dev/null',
  alternative: 'mv old.txt new.txt',
  when: ({ from, to }) =>
    to.path === '/dev/null' ||
    isCatastrophe(from) ||
    from.zone === 'git' ||
    (from.all && (from.ifUnset || from.zone === 'outside')) ||
    (from.zone === 'outside' && to.zone !== 'inside' && to.zone !== 'workspace'),
  message: ({ from, to }) => `Moving ${from.written} to ${to.written} is as good as deleting it.`,
});
