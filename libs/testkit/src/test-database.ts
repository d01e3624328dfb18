import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { serverUrl } from './server-url.js';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database with everything in it, open connections included. May be called twice. */
  drop(): Promise<void>;
}

const administer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: serverUrl('RIG_TEST_POSTGRES_URL').href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/**
 * A fresh, empty database on the run's real Postgres (about 50 ms). The user owns the server, so schemas, roles and
 * extensions can be made.
 */
export const testDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = serverUrl('RIG_TEST_POSTGRES_URL');
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};
