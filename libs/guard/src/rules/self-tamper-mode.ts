import { rule } from './rule.js';

export const selfTamperMode = rule({
  id: 'self.tamper.mode',
  category: 'guard',
  kind: 'mode',
  title: "The guard's own files changed: agent settings, hooks, policy.",
  example: 'chmod 000 .claude/settings.json',
  alternative: 'cat .claude/settings.json',
  when: ({ target }) => target.guarded === 'guard',
  message: ({ target }) => `${target.written} belongs to the guard; it may be read, not changed.`,
});
