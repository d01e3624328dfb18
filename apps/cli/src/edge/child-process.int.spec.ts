import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@rig/kernel';
import { eventually } from '@rig/testkit';
import type { ProcessEvent, ProcessSpec } from '../core/process-spec.js';
import { createSupervisor } from '../flows/supervise.js';
import { createLauncher } from './child-process.js';

const PRELOAD = fileURLToPath(new URL('./die-with-parent.ts', import.meta.url));

/** Answers on /readyz, has a child of its own, and drains on SIGTERM. */
const SERVICE = `
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync(process.env.PIDS, process.pid + ' ' + grandchild.pid);
console.error(JSON.stringify({ name: process.env.HOSTNAME, leaked: process.env.LEAK ?? 'no' }));
process.on('SIGTERM', () => { console.error('drained'); grandchild.kill(); process.exit(0); });
createServer((_, res) => res.end('ok')).listen(Number(process.env.RIG_PORT), '127.0.0.1');
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-cli-'));
  await writeFile(join(folder, 'service.mjs'), SERVICE);
});
const stopLater: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopLater) await stop();
  await rm(folder, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

const pidsIn = async (file: string): Promise<number[]> => (await readFile(file, 'utf8')).split(' ').map(Number);

const specFor = (name: string, port: number): ProcessSpec => ({
  name,
  entry: join(folder, 'service.mjs'),
  args: [],
  env: { RIG_PORT: String(port), PIDS: join(folder, `${name}.pids`) },
  readyUrl: `http://127.0.0.1:${port}/readyz`,
  graceMs: 5_000,
});

const probe = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );

describe('real processes', () => {
  it('come up, come back after kill -9, drain on stop, and leave nobody behind', async () => {
    process.env['LEAK'] = 'a secret of the shell';
    const events: ProcessEvent[] = [];
    const launcher = createLauncher(join(folder, 'logs'));
    const supervisor = createSupervisor({
      launch: launcher.launch,
      probe,
      clock: systemClock,
      notify: (event) => events.push(event),
      explain: async () => '',
    });
    stopLater.push(() => supervisor.stop());
    const spec = specFor('thing-0', await freePort());
    await supervisor.start([spec], 20_000);
    const [pid = 0, grandchild = 0] = await pidsIn(spec.env['PIDS'] ?? '');
    process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      expect(events.map((event) => event.kind)).toEqual(['started', 'died', 'started']);
      expect(await probe(spec.readyUrl)).toBe(true);
    });
    await eventually(() => !isAlive(grandchild));
    const [second = 0] = await pidsIn(spec.env['PIDS'] ?? '');
    await supervisor.stop();
    launcher.close();
    delete process.env['LEAK'];
    expect(isAlive(second)).toBe(false);
    const log = await readFile(join(folder, 'logs', 'thing-0.log'), 'utf8');
    expect(log).toContain('drained');
    expect(log).toContain('"name":"thing-0","leaked":"no"');
    expect(log).toContain('ended: SIGKILL');
  });

  it('end when the supervisor itself is killed with -9', async () => {
    const pids = join(folder, 'orphan.pids');
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['--import', ${JSON.stringify(PRELOAD)}, ${JSON.stringify(join(folder, 'service.mjs'))}],
          { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: process.env }); setInterval(() => {}, 1000);`,
      ],
      {
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          RIG_PARENT_PIPE: '1',
          HOSTNAME: 'orphan-0',
          PIDS: pids,
          RIG_PORT: String(await freePort()),
        },
      },
    );
    const alive = await eventually(async () => {
      const found = await pidsIn(pids);
      expect(found).toHaveLength(2);
      return found;
    });
    holder.kill('SIGKILL');
    await eventually(async () => expect(alive.filter(isAlive)).toEqual([]), { withinMs: 15_000 });
  });
});
