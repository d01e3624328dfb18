import { rule } from './rule.js';

export const gitBranchDelete = rule({
  id: 'git.branch-delete',
  category: 'git',
  kind: 'git',
  title: 'Deleting a main branch.',
  example: 'git branch -D main',
  alternative: 'git branch -d my-feature',
  when: ({ hazard }) => hazard === 'branch-delete',
  message: ({ detail }) => `This deletes a branch that everything is built on. (${detail})`,
});
