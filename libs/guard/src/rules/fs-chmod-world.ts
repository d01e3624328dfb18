import { rule } from './rule.js';

export const fsChmodWorld = rule({
  id: 'fs.chmod-world',
  category: 'files',
  kind: 'mode',
  title: 'Making something writable for everyone.',
  example: 'chmod 777 file',
  alternative: 'chmod 755 file',
  when: ({ world }) => world,
  message: ({ target, tool }) => `${tool} would make ${target.written} writable for everyone.`,
});
