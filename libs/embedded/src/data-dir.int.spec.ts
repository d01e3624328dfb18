import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cacheDir } from './cache-dir.js';
import { awaitRelease, keptPassword } from './data-dir.js';
import { freePort } from './free-port.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-data-dir-spec-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a data folder', () => {
  it('is free when its last holder is gone, unknown, or another program with the same process id', async () => {
    const pidFile = join(folder, 'free.pid');
    await awaitRelease('Valkey', folder, pidFile, 0);
    await writeFile(pidFile, 'nonsense\n');
    await awaitRelease('Valkey', folder, pidFile, 0);
    // This process is alive and works elsewhere.
    await writeFile(pidFile, `${process.pid}\n`);
    if (process.platform === 'linux') await awaitRelease('Valkey', folder, pidFile, 0);
  });

  it('is refused by name while a live process works in it', async () => {
    const home = join(folder, 'held');
    await mkdir(home);
    const holder = spawn('sleep', ['60'], { cwd: home, stdio: 'ignore' });
    await once(holder, 'spawn');
    const pidFile = join(home, 'valkey.pid');
    await writeFile(pidFile, `${holder.pid ?? 0}\n`);
    await expect(awaitRelease('Valkey', home, pidFile, 60)).rejects.toMatchObject({
      code: 'EMBEDDED_DATA_IN_USE',
      fix: expect.stringContaining(`kill ${holder.pid ?? 0}`),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await awaitRelease('Valkey', home, pidFile);
  });

  it('keeps one password, readable by its owner only, whoever asks first', async () => {
    const file = join(folder, 'password');
    const passwords = await Promise.all([1, 2, 3].map(() => keptPassword(file)));
    const kept = await keptPassword(file);
    expect(kept).toMatch(/^[0-9a-f]{36}$/);
    expect(passwords).toEqual([kept, kept, kept]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('the cache folder', () => {
  it('follows XDG_CACHE_HOME and falls back where that cannot be written', () => {
    expect(cacheDir({ XDG_CACHE_HOME: folder })).toBe(join(folder, 'rig'));
    expect(cacheDir({ XDG_CACHE_HOME: '/dev/null/nowhere' })).toContain(tmpdir());
  });
});

it('a free port lies below those that systems give to outgoing connections, so that a restarted server finds it again', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
  expect(ports.every((port) => port >= 20_000 && port < 32_000)).toBe(true);
});
