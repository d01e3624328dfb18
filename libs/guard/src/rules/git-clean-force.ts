import { rule } from './rule.js';

export const gitCleanForce = rule({
  id: 'git.clean-force',
  category: 'git',
  kind: 'git',
  title: 'Deleting untracked files with git clean -f.',
  example: 'git clean -fdx',
  alternative: 'git clean -ndx',
  when: ({ hazard }) => hazard === 'clean-force',
  message: ({ detail }) =>
    `git clean -f deletes files that are nowhere else. Look with -n, then delete by name. (${detail})`,
});
