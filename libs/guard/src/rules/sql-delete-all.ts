import { rule } from './rule.js';

export const sqlDeleteAll = rule({
  id: 'sql.delete-all',
  category: 'data',
  kind: 'sql',
  title: 'Deleting every row: DELETE without WHERE.',
  example: 'psql -c "DELETE FROM users"',
  alternative: 'psql -c "DELETE FROM users WHERE id = 7"',
  when: ({ hazard }) => hazard === 'delete-all',
  message: ({ client }) => `${client} would delete every row. Say WHERE which ones are meant.`,
});
