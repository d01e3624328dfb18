import { rule } from './rule.js';

export const gitHooksTamperMove = rule({
  id: 'git.hooks-tamper.move',
  category: 'guard',
  kind: 'move',
  title: "Git hooks or git's own configuration moved by hand.",
  example: 'mv .git/hooks/pre-commit /tmp/x',
  alternative: 'git config --list',
  when: ({ from, to }) => [from, to].some((target) => target.guarded === 'hooks' && target.zone !== 'scratch'),
  message: ({ from }) => `${from.written} decides what git runs; it may be read, not moved.`,
});
