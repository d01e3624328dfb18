import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startPostgres, startValkey, type EmbeddedServer } from './index.js';
import type { Identity } from './run-as.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-embedded-spec-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Sends lines to Valkey and answers what comes back until it closes the connection (the last line is QUIT). */
const talk = async (server: EmbeddedServer, ...lines: string[]): Promise<string> => {
  const url = new URL(server.url);
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write([...lines, 'QUIT', ''].join('\r\n'));
  await once(socket, 'close');
  return text;
};

const isAlive = async (pid: number): Promise<boolean> => {
  // A process that ended and was not yet collected by its parent is gone for our purpose.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\s+[ZX]/m.test(status);
};

const untilGone = async (pid: number): Promise<void> => {
  const giveUpAt = performance.now() + 10_000;
  while (await isAlive(pid)) {
    if (performance.now() > giveUpAt) throw new Error(`process ${pid} outlived its parent`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const identities: Identity[] = process.getuid?.() === 0 ? ['namespace', 'nobody'] : ['self'];

describe.each(identities)('Postgres, run as %s', (identity) => {
  it('keeps its data over a restart and asks for a password', async () => {
    const dataDir = join(folder, `postgres-${identity}`);
    const first = await startPostgres({ dataDir, identity });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const stranger = new URL(first.url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await first.stop();
    await first.stop();
    expect(await first.exited).toBe('exit code 0');

    const second = await startPostgres({ dataDir, identity });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.url.split('@')[0]).toBe(first.url.split('@')[0]);
    await second.stop();
  });
});

describe('Postgres', () => {
  it('recovers what was committed before a kill -9', async () => {
    const dataDir = join(folder, 'postgres-killed');
    const first = await startPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const second = await startPostgres({ dataDir });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
    await second.stop();
  });
});

describe('Valkey', () => {
  it('keeps its data over a stop and over a kill -9, and asks for a password', async () => {
    const dataDir = join(folder, 'valkey');
    const first = await startValkey({ dataDir, databases: 20 });
    const auth = `AUTH ${new URL(first.url).password}`;
    expect(await talk(first, 'GET secret')).toContain('-NOAUTH');
    expect(await talk(first, auth, 'SELECT 19', 'SET one 1')).toBe('+OK\r\n+OK\r\n+OK\r\n+OK\r\n');
    await first.stop();
    const second = await startValkey({ dataDir, databases: 20 });
    expect(await talk(second, auth, 'SELECT 19', 'SET two 2')).not.toContain('-');
    process.kill(second.pid, 'SIGKILL');
    await second.exited;
    const third = await startValkey({ dataDir, databases: 20 });
    expect(await talk(third, auth, 'SELECT 19', 'MGET one two')).toContain('$1\r\n1\r\n$1\r\n2\r\n');
    expect(await talk(third, auth, 'CONFIG GET appendonly')).toContain('yes');
    await third.stop();
  });

  it('hands back a given address and starts nothing', async () => {
    const server = await startValkey({ dataDir: join(folder, 'unused'), url: 'redis://elsewhere:6379' });
    expect(server).toMatchObject({ url: 'redis://elsewhere:6379', pid: 0 });
    await server.stop();
  });
});

const PARENT = `
const { startPostgres, startValkey } = await import(process.argv[1]);
const postgres = await startPostgres({ dataDir: process.argv[2] + '/postgres' });
const valkey = await startValkey({ dataDir: process.argv[2] + '/valkey' });
process.stdout.write(JSON.stringify([postgres.pid, valkey.pid]) + '\\n');
setInterval(() => undefined, 60_000);
`;

describe('the servers of a parent that is killed', () => {
  it('end with it, even by SIGKILL, and start again on the same data', async () => {
    const home = join(folder, 'orphans');
    // The built library: the parent is a plain process, as it is in use.
    const library = new URL('../dist/index.js', import.meta.url).href;
    const args = ['--input-type=module', '-e', PARENT, library, home];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pids: unknown = JSON.parse(line.toString());
    if (!Array.isArray(pids)) throw new Error('no process ids');
    parent.kill('SIGKILL');
    for (const pid of pids) await untilGone(Number(pid));
    const [postgres, valkey] = await Promise.all([
      startPostgres({ dataDir: join(home, 'postgres') }),
      startValkey({ dataDir: join(home, 'valkey') }),
    ]);
    await Promise.all([postgres.stop(), valkey.stop()]);
  });
});
