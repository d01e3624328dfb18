import { rule } from './rule.js';

export const gitDiscardAll = rule({
  id: 'git.discard-all',
  category: 'git',
  kind: 'git',
  title: 'Throwing away all changes of the work tree, or every stash.',
  example: 'git checkout -- .',
  alternative: 'git stash push --include-untracked',
  when: ({ hazard }) => hazard === 'discard-all',
  message: ({ detail }) => `This throws away every change at once. Name the files, or stash. (${detail})`,
});
