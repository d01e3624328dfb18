import { rule } from './rule.js';

export const sysPowerOff = rule({
  id: 'sys.power-off',
  category: 'system',
  kind: 'power-off',
  title: 'Switching the machine off or starting it again.',
  example: 'shutdown -h now',
  alternative: 'uptime',
  message: ({ tool }) => `${tool} takes the machine down for everyone on it.`,
});
