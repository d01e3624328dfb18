import { rule } from './rule.js';

export const sysTamper = rule({
  id: 'sys.tamper',
  category: 'system',
  kind: 'system',
  title: 'Changing the machine: accounts, firewall, kernel, schedules.',
  example: 'crontab -r',
  alternative: 'crontab -l',
  message: ({ tool, what }) => `${tool}: ${what}. That is the machine's owner's to do.`,
});
