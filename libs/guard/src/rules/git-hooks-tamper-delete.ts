import { rule } from './rule.js';

export const gitHooksTamperDelete = rule({
  id: 'git.hooks-tamper.delete',
  category: 'guard',
  kind: 'delete',
  title: "Git hooks or git's own configuration deleted by hand.",
  example: 'rm .git/hooks/pre-commit',
  alternative: 'git config --list',
  when: ({ target }) => target.guarded === 'hooks' && target.zone !== 'scratch',
  message: ({ target }) => `${target.written} decides what git runs; it may be read, not deleted.`,
});
