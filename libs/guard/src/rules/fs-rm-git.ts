import { rule } from './rule.js';

export const fsRmGit = rule({
  id: 'fs.rm.git',
  category: 'files',
  kind: 'delete',
  title: 'Deleting the repository: `.git` and what it is made of.',
  example: 'rm -rf .git',
  alternative: 'git gc',
  when: ({ target }) => target.zone === 'git' && !target.path.endsWith('.lock'),
  message: ({ target }) =>
    `${target.written} is the repository itself; deleting it loses every commit that was not pushed.`,
});
