import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PREFIX = 'rig-test-';

/** Folders of runs that were killed: their process, named in the folder's name, is gone. */
const removeAbandoned = async () => {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if (error.code === 'ESRCH')
        await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
};

/**
 * Starts one Postgres and one Valkey for the whole run and tells the tests by RIG_TEST_POSTGRES_URL and
 * RIG_TEST_VALKEY_URL (set beforehand: that server is used and left alone). Works on a tree that was never built:
 * it compiles what it needs itself, which takes half a second when nothing changed.
 */
export default async function globalSetup() {
  const stops = [];
  globalThis.rigTestServers = { stop: async () => Promise.allSettled(stops.map((stop) => stop())) };
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-b', join(root, 'libs/testkit')], { stdio: 'inherit' });
  const { startTestServers } = await import(new URL('../dist/index.js', import.meta.url).href);
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const servers = await startTestServers({ folder, env: process.env });
  stops.unshift(() => servers.stop());
  process.env.RIG_TEST_POSTGRES_URL = servers.postgresUrl;
  process.env.RIG_TEST_VALKEY_URL = servers.valkeyUrl;
  globalThis.rigTestServers = {
    stop: async () => {
      for (const stop of stops) await stop().catch((error) => process.stderr.write(`test servers: ${error.message}\n`));
    },
  };
}
