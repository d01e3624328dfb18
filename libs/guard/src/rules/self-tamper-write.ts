import { rule } from './rule.js';

export const selfTamperWrite = rule({
  id: 'self.tamper.write',
  category: 'guard',
  kind: 'write',
  title: "The guard's own files written: agent settings, hooks, policy.",
  example: "echo '{}' > .claude/settings.json",
  alternative: 'cat .claude/settings.json',
  when: ({ target }) => target.guarded === 'guard',
  message: ({ target }) => `${target.written} belongs to the guard; it may be read, not written.`,
});
