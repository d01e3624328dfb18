import { rule } from './rule.js';

export const gitPushForce = rule({
  id: 'git.push-force',
  category: 'git',
  kind: 'git',
  title: 'Overwriting a branch of the remote: --force, -f, +refspec.',
  example: 'git push --force origin main',
  alternative: 'git push --force-with-lease',
  when: ({ hazard }) => hazard === 'push-force',
  message: ({ detail }) =>
    `A forced push overwrites what others pushed. --force-with-lease alone is allowed. (${detail})`,
});
