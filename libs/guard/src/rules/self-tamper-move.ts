import { rule } from './rule.js';

export const selfTamperMove = rule({
  id: 'self.tamper.move',
  category: 'guard',
  kind: 'move',
  title: "The guard's own files moved: agent settings, hooks, policy.",
  example: 'mv .claude/settings.json old.json',
  alternative: 'cat .claude/settings.json',
  when: ({ from, to }) => from.guarded === 'guard' || to.guarded === 'guard',
  message: ({ from }) => `${from.written} belongs to the guard; it may be read, not moved.`,
});
