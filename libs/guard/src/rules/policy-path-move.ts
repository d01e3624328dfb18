import { rule } from './rule.js';

export const policyPathMove = rule({
  id: 'policy.path.move',
  category: 'guard',
  kind: 'move',
  title: 'A path the operator protects moved.',
  example: '',
  alternative: 'git status',
  when: ({ from, to }) => from.guarded === 'policy' || to.guarded === 'policy',
  message: ({ from }) => `${from.written} is protected by guard.policy.yaml.`,
});
