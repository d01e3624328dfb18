import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { serverUrl } from './server-url.js';

/** Roles that deploy/postgres/roles.sql makes and that can log in. */
export const TEST_ROLES = ['rig_conductor', 'rig_gateway', 'rig_dispatcher', 'rig_guard'] as const;
export type TestRole = (typeof TEST_ROLES)[number];

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const withRole = (url: string, role: TestRole, password: string): string => {
  const own = new URL(url);
  own.username = role;
  own.password = password;
  return own.href;
};

/**
 * Runs deploy/postgres/roles.sql in a test's database, as an administrator would, and gives each role a password.
 * Roles belong to the whole server: the password is kept where every test file of the run finds it.
 * @returns the database's address for each role
 */
export const testRoles = async (databaseUrl: string): Promise<Readonly<Record<TestRole, string>>> => {
  const sql = await readFile(new URL('../../../deploy/postgres/roles.sql', import.meta.url), 'utf8');
  // Roles are rows that all databases share, and two who change one at a time fail: one after the other.
  const password = await connected(serverUrl('RIG_TEST_POSTGRES_URL').href, async (main) => {
    await main.query("select pg_advisory_lock(hashtextextended('rig.test.roles', 0))");
    await main.query('create table if not exists test_role_password (value text not null)');
    const kept = await main.query<{ value: string }>('select value from test_role_password');
    const value = kept.rows[0]?.value ?? randomBytes(16).toString('hex');
    await connected(databaseUrl, (client) => client.query(sql));
    if (kept.rows.length === 0) {
      await main.query('insert into test_role_password (value) values ($1)', [value]);
      for (const role of TEST_ROLES) await main.query(`alter role ${role} password '${value}'`);
    }
    return value;
  });
  return {
    rig_conductor: withRole(databaseUrl, 'rig_conductor', password),
    rig_gateway: withRole(databaseUrl, 'rig_gateway', password),
    rig_dispatcher: withRole(databaseUrl, 'rig_dispatcher', password),
    rig_guard: withRole(databaseUrl, 'rig_guard', password),
  };
};
