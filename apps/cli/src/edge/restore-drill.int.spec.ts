import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { runCommand } from '@rig/embedded';
import { createPool, createPostgresEventLog } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { testDatabase, type TestDatabase } from '@rig/testkit';
import { checkoutRoot } from './checkout.js';

// The way back of docs/operations.md, step by step, with the commands it names.
let folder: string;
let lost: TestDatabase;
let fresh: TestDatabase;
const backup = (): string => join(folder, 'log.jsonl');

const run = (app: string, url: string, ...args: readonly string[]) =>
  runCommand(process.execPath, [`${checkoutRoot}/apps/${app}/dist/main.js`, ...args], {
    env: { PATH: process.env['PATH'], RIG_POSTGRES_URL: url },
    timeoutMs: 60_000,
  });

const must = async (app: string, url: string, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(app, url, ...args);
  expect(`${code} ${code === 0 ? '' : stderr}`).toBe('0 ');
  return stdout;
};

/** A recorded log as a backup, to begin with. */
const fromHistory = async (name: string): Promise<string> => {
  const text = await readFile(`${checkoutRoot}/apps/conductor/histories/${name}.jsonl`, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => {
      const { position, subject, version, id, type, dataschema, data, ...meta } = JSON.parse(line) as Record<
        string,
        unknown
      >;
      return JSON.stringify({
        position,
        subject,
        version,
        id,
        type,
        dataschema,
        data,
        meta,
        recorded_at: '2026-11-21 12:00:00+00',
      });
    });
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
  const tail = JSON.stringify({ events: lines.length, sha256 });
  return [JSON.stringify({ rig: 'event log', version: 1 }), ...lines, tail, ''].join('\n');
};

const TABLES = ['issues', 'pulls', 'tasks'];

/** Every row of every table with a state, which is what the read models are. */
const readModels = async ({ url }: TestDatabase): Promise<Record<string, unknown[]>> => {
  const pool = createPool({ url, applicationName: 'drill', max: 1 });
  try {
    const found = await pool.query<{ name: string }>(
      `select table_name as name from information_schema.columns
         where table_schema = 'conductor' and column_name = 'state' order by 1`,
    );
    const models: Record<string, unknown[]> = {};
    for (const { name } of found.rows) {
      models[name] = (await pool.query(`select key, position, state from conductor."${name}" order by key`)).rows;
    }
    return models;
  } finally {
    await pool.end();
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-drill-'));
  [lost, fresh] = await Promise.all([testDatabase(), testDatabase()]);
  const first = join(folder, 'history.jsonl');
  await writeFile(first, await fromHistory('crowd'));
  await must('conductor', lost.url, 'migrate');
  await must('cli', lost.url, 'log', 'restore', first);
  await must('conductor', lost.url, 'rebuild');
}, 60_000);
afterAll(async () => {
  await Promise.all([lost.drop(), fresh.drop()]);
  await rm(folder, { recursive: true, force: true });
});

describe('a restore', () => {
  it('of an exported log into a new database brings back every event and every read model', async () => {
    expect(await must('cli', lost.url, 'log', 'export', backup())).toContain('209 events');
    const before = await readModels(lost);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(TABLES));
    expect(before['issues']?.length).toBeGreaterThan(0);

    await must('conductor', fresh.url, 'migrate');
    await must('cli', fresh.url, 'log', 'restore', backup());
    await must('conductor', fresh.url, 'rebuild');

    expect(await readModels(fresh)).toEqual(before);
    const again = join(folder, 'again.jsonl');
    await must('cli', fresh.url, 'log', 'export', again);
    expect(await readFile(again, 'utf8')).toBe(await readFile(backup(), 'utf8'));
    const pool = createPool({ url: fresh.url, applicationName: 'drill', max: 1 });
    const log = createPostgresEventLog({ pool, schema: 'conductor', logger: silentLogger });
    expect(await log.head()).toBe(209);
    await log.close();
    await pool.end();
  }, 60_000);

  it('into a log that holds something is refused', async () => {
    const { code, stderr } = await run('cli', lost.url, 'log', 'restore', backup());
    expect(code).toBe(1);
    expect(stderr).toContain('There are events in the log already');
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    ['cut off', (lines) => lines.slice(0, 100), 'its end is missing'],
    ['missing an event', (lines) => lines.toSpliced(50, 1), 'event 50 is missing'],
    [
      'changed',
      (lines) => lines.map((line) => line.replace('ISSUE_OPENED', 'ISSUE_CLOSED')),
      'its checksum is another',
    ],
    ['something else', () => ['{}'], 'does not begin like one'],
  ])('of a backup that is %s is refused, and leaves nothing', async (_how, damage, message) => {
    const empty = await testDatabase();
    try {
      await must('conductor', empty.url, 'migrate');
      const file = join(folder, 'damaged.jsonl');
      const lines = (await readFile(backup(), 'utf8')).trim().split('\n');
      await writeFile(file, `${damage(lines).join('\n')}\n`);
      const { code, stderr } = await run('cli', empty.url, 'log', 'restore', file);
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
      await must('cli', empty.url, 'log', 'export', join(folder, 'empty.jsonl'));
      expect(await readFile(join(folder, 'empty.jsonl'), 'utf8')).toContain('"events":0');
    } finally {
      await empty.drop();
    }
  });

  it('without an address says which variable is wrong', async () => {
    const { code, stderr } = await run('cli', 'db.example:5432', 'log', 'export', backup());
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('RIG_POSTGRES_URL is not set to a postgres:// address'),
    ]);
  });
});
