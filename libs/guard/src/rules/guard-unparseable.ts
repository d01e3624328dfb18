import { rule } from './rule.js';

export const guardUnparseable = rule({
  id: 'guard.unparseable',
  category: 'guard',
  kind: 'unparseable',
  title: 'A command that cannot be read as shell.',
  example: 'if',
  alternative: 'echo ok',
  message: ({ message }) => `The command is not complete shell code: ${message}.`,
});
