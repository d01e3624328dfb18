import { rule } from './rule.js';

export const guardUnanalysable = rule({
  id: 'guard.unanalysable',
  category: 'guard',
  kind: 'unanalysable',
  title: 'A command too large, too deep or in a language that is not analysed.',
  example: 'pwsh -Command Get-Item',
  alternative: 'echo ok',
  message: ({ message }) => `The command cannot be judged: ${message}.`,
});
