import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testDatabase, testValkey, type TestDatabase } from './index.js';
import { valkeyCommands } from './valkey-command.js';

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('testDatabase', () => {
  let one: TestDatabase;
  let other: TestDatabase;
  beforeAll(async () => {
    [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  });
  afterAll(async () => {
    await Promise.all([one.drop(), other.drop()]);
  });

  it('gives each caller a database of its own on a Postgres 17', async () => {
    await ask(one.url, 'CREATE TABLE mine (n int)');
    const tables = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`;
    expect(await ask(one.url, tables)).toEqual([{ tablename: 'mine' }]);
    expect(await ask(other.url, tables)).toEqual([]);
    const [version] = await ask(one.url, `SELECT current_setting('server_version_num')::int / 10000 AS major`);
    expect(version).toEqual({ major: 17 });
  });

  it('removes a database that still has a connection, and may be told so twice', async () => {
    const third = await testDatabase();
    const client = new pg.Client({ connectionString: third.url });
    client.on('error', () => undefined);
    await client.connect();
    await third.drop();
    await third.drop();
    const name = new URL(third.url).pathname.slice(1);
    expect(await ask(one.url, `SELECT 1 FROM pg_database WHERE datname = '${name}'`)).toEqual([]);
    await client.end();
  });
});

describe('testValkey', () => {
  it('gives each caller an empty database of its own', async () => {
    const [one, other] = await Promise.all([testValkey(), testValkey()]);
    const size = async (url: string): Promise<string> => {
      const replies = await valkeyCommands(new URL(url), [['SELECT', new URL(url).pathname.slice(1)], ['DBSIZE']]);
      return replies[1] ?? '';
    };
    const select = ['SELECT', new URL(one.url).pathname.slice(1)];
    await valkeyCommands(new URL(one.url), [select, ['SET', 'key', 'value']]);
    expect([await size(one.url), await size(other.url)]).toEqual(['1', '0']);
    await one.close();
    expect(await size(one.url)).toBe('0');
  });
});
