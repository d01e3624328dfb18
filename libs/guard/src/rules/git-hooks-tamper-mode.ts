import { rule } from './rule.js';

export const gitHooksTamperMode = rule({
  id: 'git.hooks-tamper.mode',
  category: 'guard',
  kind: 'mode',
  title: "Git hooks or git's own configuration changed by hand.",
  example: 'chmod -x .git/hooks/pre-commit',
  alternative: 'git config --list',
  when: ({ target }) => target.guarded === 'hooks' && target.zone !== 'scratch',
  message: ({ target }) => `${target.written} decides what git runs; it may be read, not changed.`,
});
