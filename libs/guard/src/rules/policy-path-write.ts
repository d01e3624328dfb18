import { rule } from './rule.js';

export const policyPathWrite = rule({
  id: 'policy.path.write',
  category: 'guard',
  kind: 'write',
  title: 'A path the operator protects written.',
  example: '',
  alternative: 'git status',
  when: ({ target }) => target.guarded === 'policy',
  message: ({ target }) => `${target.written} is protected by guard.policy.yaml.`,
});
