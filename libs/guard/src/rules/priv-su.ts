import { rule } from './rule.js';

export const privSu = rule({
  id: 'priv.su',
  category: 'privilege',
  kind: 'privilege',
  title: 'Becoming another user with su.',
  example: 'su -c id',
  alternative: 'id',
  when: ({ tool }) => tool === 'su',
  message: ({ tool }) => `${tool} becomes another user, which agents never do.`,
});
