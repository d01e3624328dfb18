import { rule } from './rule.js';

export const procForkBomb = rule({
  id: 'proc.fork-bomb',
  category: 'system',
  kind: 'fork-bomb',
  title: 'A program that starts itself without end.',
  example: ':(){ :|:& };:',
  alternative: 'ps',
  message: () => `This starts itself until the machine stands still.`,
});
