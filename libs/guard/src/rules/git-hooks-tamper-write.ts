import { rule } from './rule.js';

export const gitHooksTamperWrite = rule({
  id: 'git.hooks-tamper.write',
  category: 'guard',
  kind: 'write',
  title: "Git hooks or git's own configuration written by hand.",
  example: 'echo exit 0 > .git/hooks/pre-commit',
  alternative: 'git config --list',
  when: ({ target }) => target.guarded === 'hooks' && target.zone !== 'scratch',
  message: ({ target }) => `${target.written} decides what git runs; it may be read, not written.`,
});
