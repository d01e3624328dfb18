import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand } from '@rig/embedded';
import { testDatabase, testRoles, type TestDatabase, type TestRole } from '@rig/testkit';
import { checkoutRoot } from '../checkout.js';
import { readServices } from './read-services.js';

let database: TestDatabase;
let urls: Readonly<Record<TestRole, string>>;
beforeAll(async () => {
  database = await testDatabase();
  urls = await testRoles(database.url);
});
afterAll(() => database.drop());

const run = (app: string, env: Readonly<Record<string, string>>, ...args: string[]) =>
  runCommand(process.execPath, [`${checkoutRoot}/apps/${app}/dist/main.js`, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    timeoutMs: 25_000,
  });

describe('the migration job', () => {
  it('brings every schema up to date under its own role, however many run at once', async () => {
    const owners = (await readServices(checkoutRoot)).filter(({ migrates }) => migrates);
    expect(owners.map(({ name }) => name)).toEqual(expect.arrayContaining(['conductor', 'dispatcher']));
    const runs = owners.flatMap(({ name, postgresRole }) => {
      const url = urls[postgresRole as TestRole];
      return [1, 2].map(() => run(name, { RIG_POSTGRES_URL: url }, 'migrate'));
    });
    for (const { code, stderr } of await Promise.all(runs)) {
      expect(stderr).toContain('the tables are up to date');
      expect(code).toBe(0);
    }
  });

  it('names what is missing or wrong, and the service that has nothing to migrate', async () => {
    const [missing, schemeless, nothing, unknown] = await Promise.all([
      run('conductor', {}, 'migrate'),
      run('conductor', { RIG_POSTGRES_URL: 'db.example:5432/rig' }, 'migrate'),
      run('gateway', {}, 'migrate'),
      run('gateway', {}, 'migrat'),
    ]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('RIG_POSTGRES_URL is not set') });
    expect(schemeless).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RIG_POSTGRES_URL is not a postgres'),
    });
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('gateway owns nothing to migrate') });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('COMMAND_UNKNOWN') });
  });

  it('is what a service says when a secret of its own is not there', async () => {
    const { code, stderr } = await run('gateway', {
      HOSTNAME: 'gateway-0',
      RIG_PORT: '0',
      RIG_POSTGRES_URL_FILE: '/nowhere',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('RIG_POSTGRES_URL_FILE names a file that cannot be read');
    expect(stderr).toContain('GITHUB_WEBHOOK_SECRET is not set');
  });
});
