import { rule } from './rule.js';

export const gitHistory = rule({
  id: 'git.history',
  category: 'git',
  kind: 'git',
  title: 'Rewriting or forgetting history for good.',
  example: 'git filter-branch --tree-filter true HEAD',
  alternative: 'git log --oneline',
  when: ({ hazard }) => hazard === 'history',
  message: ({ detail }) => `This makes commits unreachable for good. (${detail})`,
});
