import { rule } from './rule.js';

export const policyPathMode = rule({
  id: 'policy.path.mode',
  category: 'guard',
  kind: 'mode',
  title: 'A path the operator protects changed.',
  example: '',
  alternative: 'git status',
  when: ({ target }) => target.guarded === 'policy',
  message: ({ target }) => `${target.written} is protected by guard.policy.yaml.`,
});
