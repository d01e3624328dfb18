import { rule } from './rule.js';

export const selfTamper = rule({
  id: 'self.tamper',
  category: 'guard',
  kind: 'tamper',
  title: 'Starting an agent without its guard, or stopping the guard.',
  example: 'claude --dangerously-skip-permissions',
  alternative: 'rig guard explain "git status"',
  message: ({ what }) =>
    `This takes the guard away (${what}). The guard has no override; a person runs what it refuses.`,
});
