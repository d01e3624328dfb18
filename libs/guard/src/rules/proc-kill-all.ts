import { rule } from './rule.js';

export const procKillAll = rule({
  id: 'proc.kill-all',
  category: 'system',
  kind: 'signal-all',
  title: 'Ending every process, or the first one.',
  example: 'kill -9 -1',
  alternative: 'kill %1',
  message: ({ tool }) => `${tool} would end every process there is. Name the one that is meant.`,
});
