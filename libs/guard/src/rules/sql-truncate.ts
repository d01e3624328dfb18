import { rule } from './rule.js';

export const sqlTruncate = rule({
  id: 'sql.truncate',
  category: 'data',
  kind: 'sql',
  title: 'Emptying tables or stores.',
  example: 'psql -c "TRUNCATE users"',
  alternative: 'psql -c "SELECT count(*) FROM users"',
  when: ({ hazard }) => hazard === 'truncate',
  message: ({ client }) => `${client} would empty a table or store for good.`,
});
