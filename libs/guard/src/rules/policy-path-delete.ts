import { rule } from './rule.js';

export const policyPathDelete = rule({
  id: 'policy.path.delete',
  category: 'guard',
  kind: 'delete',
  title: 'A path the operator protects deleted.',
  example: '',
  alternative: 'git status',
  when: ({ target }) => target.guarded === 'policy',
  message: ({ target }) => `${target.written} is protected by guard.policy.yaml.`,
});
