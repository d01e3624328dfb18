import { rule } from './rule.js';

export const gitPushDelete = rule({
  id: 'git.push-delete',
  category: 'git',
  kind: 'git',
  title: 'Deleting a main branch of the remote.',
  example: 'git push origin --delete main',
  alternative: 'git push origin --delete my-feature',
  when: ({ hazard }) => hazard === 'push-delete',
  message: ({ detail }) => `This deletes a branch that others build on. (${detail})`,
});
