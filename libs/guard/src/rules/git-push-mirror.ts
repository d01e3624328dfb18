import { rule } from './rule.js';

export const gitPushMirror = rule({
  id: 'git.push-mirror',
  category: 'git',
  kind: 'git',
  title: 'Making the remote a copy of the local repository: --mirror, --prune.',
  example: 'git push --mirror origin',
  alternative: 'git push origin HEAD',
  when: ({ hazard }) => hazard === 'push-mirror',
  message: ({ detail }) => `--mirror and --prune delete every branch of the remote that is not here. (${detail})`,
});
