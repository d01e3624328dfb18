import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { choosePorts } from './free-ports.js';
import { takeLock } from './run-lock.js';
import { openBoundedLog, tailOf } from './bounded-log.js';
import { PassThrough } from 'node:stream';
import { runPaths } from '../core/run-paths.js';
import { prepareSecrets, signWith } from './run-secrets.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a checkout', () => {
  it('is refused while its holder lives, and taken over from the dead', async () => {
    const file = join(folder, 'up.lock');
    const release = await takeLock(file);
    await expect(takeLock(file)).rejects.toMatchObject({ code: 'ALREADY_UP' });
    await release();
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    await writeFile(file, `${child.pid ?? 0} 1\n`);
    await (
      await takeLock(file)
    )();
  });

  it('is not fooled by another process that got the same pid', async () => {
    const file = join(folder, 'reused.lock');
    await writeFile(file, `${process.ppid} 1\n`);
    if (process.platform === 'linux') await (await takeLock(file))();
  });
});

describe('ports', () => {
  it('are all different, and a wanted one is kept when free', async () => {
    const first = await choosePorts(['a', 'b', 'c'], {});
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(await choosePorts(['a', 'b'], { a: first['a'] ?? 0 })).toMatchObject({ a: first['a'] });
  });
});

describe('logs', () => {
  it('are moved aside before they grow without end', async () => {
    const file = join(folder, 'logs', 'x.log');
    const log = openBoundedLog(file);
    const stream = new PassThrough();
    log.take(stream);
    const block = Buffer.alloc(4_000_000, 'x');
    for (let i = 0; i < 6; i++) stream.write(block);
    stream.end();
    await once(stream, 'end');
    log.note('the end');
    log.close();
    expect((await tailOf(file, 1))[0]?.endsWith('the end')).toBe(true);
    expect((await stat(`${file}.1`)).size).toBe(20_000_000);
  });
});

describe('secrets of a run', () => {
  it('are made once, readable by their owner only, and sign tokens', async () => {
    const paths = runPaths(join(folder, 'run'));
    const first = await prepareSecrets(paths, ['dev-e-1']);
    const second = await prepareSecrets(paths, ['dev-e-1']);
    expect(second).toEqual(first);
    for (const file of [paths.webhookSecret, paths.operatorToken, `${paths.keys}/agents.private.pem`]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(paths.keys)).mode & 0o077).toBe(0);
    expect(await readFile(`${paths.publicKeys}/agents.public.pem`, 'utf8')).toContain('PUBLIC KEY');
    const { token } = await signWith(paths.keys, { subject: 'dev-e-1', scope: 'enrol', ttlMs: 60_000 });
    expect(token.split('.')).toHaveLength(3);
    await expect(signWith(folder, { subject: 'x', scope: 'enrol', ttlMs: 60_000 })).rejects.toMatchObject({
      code: 'KEYS_MISSING',
    });
  });
});
