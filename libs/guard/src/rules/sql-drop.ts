import { rule } from './rule.js';

export const sqlDrop = rule({
  id: 'sql.drop',
  category: 'data',
  kind: 'sql',
  title: 'Dropping tables, schemas or databases.',
  example: 'psql -c "DROP TABLE users"',
  alternative: 'psql -c "SELECT count(*) FROM users"',
  when: ({ hazard }) => hazard === 'drop',
  message: ({ client }) => `${client} would drop data for good. Write a migration and let a person run it.`,
});
