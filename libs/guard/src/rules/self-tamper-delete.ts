import { rule } from './rule.js';

export const selfTamperDelete = rule({
  id: 'self.tamper.delete',
  category: 'guard',
  kind: 'delete',
  title: "The guard's own files deleted: agent settings, hooks, policy.",
  example: 'rm -rf .claude',
  alternative: 'cat .claude/settings.json',
  when: ({ target }) => target.guarded === 'guard',
  message: ({ target }) => `${target.written} belongs to the guard; it may be read, not deleted.`,
});
