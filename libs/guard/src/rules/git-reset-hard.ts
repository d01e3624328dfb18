import { rule } from './rule.js';

export const gitResetHard = rule({
  id: 'git.reset-hard',
  category: 'git',
  kind: 'git',
  title: 'Throwing away work with git reset --hard.',
  example: 'git reset --hard HEAD~1',
  alternative: 'git stash push --include-untracked',
  when: ({ hazard }) => hazard === 'reset-hard',
  message: ({ detail }) =>
    `git reset --hard throws away every change that is not committed. Stash it, or reset without --hard. (${detail})`,
});
