import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@rig/embedded';
import { installKit } from '@rig/hooks';
import { eventually, testHookBundle, testValkey, type TestHookBundle, type TestValkey } from '@rig/testkit';
import { problem, startFakeServices, type FakeServices } from '../testing/fake-services.fixture.spec.js';
import { briefOf } from '../testing/local-forge.fixture.spec.js';

// The built worker as a pod runs it: a process, its environment, its signals, its exit code.
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const agents = 'agents:\n  - { id: dev-e-1, role: author, slots: 1, command: { run: node } }\n';

const token = {
  token: 't',
  expiresAt: '2099-01-01T00:00:00Z',
  apiUrl: 'http://f.invalid',
  cloneUrl: 'http://f.invalid/x.git',
  login: 'x',
};

let bundle: TestHookBundle;
let services: FakeServices;
let folder: string;
let valkey: TestValkey;
let port: number;
let worker: ChildProcess | undefined;
let said = '';

beforeAll(async () => {
  bundle = await testHookBundle();
});
afterAll(() => bundle.remove());
beforeEach(async () => {
  services = await startFakeServices(briefOf(), token);
  [folder, valkey, port] = await Promise.all([mkdtemp(join(tmpdir(), 'rig-pod-')), testValkey(), freePort()]);
  await writeFile(join(folder, 'rig.agents.yaml'), agents);
  await writeFile(join(folder, 'enrolment'), 'no token');
  await installKit({ bundle: bundle.folder, kit: join(folder, 'guard'), policyFile: null });
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await services.close();
  await valkey.close();
  await rm(folder, { recursive: true, force: true });
});

const start = (env: Readonly<Record<string, string>> = {}): Promise<number | null> => {
  said = '';
  const started = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOSTNAME: 'rig-agent-dev-e-1-abc',
      RIG_PORT: String(port),
      RIG_AGENT_ID: 'dev-e-1',
      RIG_CONDUCTOR_URL: services.url,
      RIG_GATEWAY_URL: services.url,
      RIG_HOOK_DIR: join(folder, 'guard'),
      RIG_VALKEY_URL: valkey.url,
      RIG_ENROLMENT_TOKEN_FILE: join(folder, 'enrolment'),
      RIG_WORK_DIR: join(folder, 'work'),
      RIG_CONFIG_DIR: folder,
      ...env,
    },
  });
  started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  worker = started;
  return once(started, 'exit').then(([code]) => code as number | null);
};

const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;

describe('a worker in a pod', () => {
  it('is ready once its guard is proven, not before, and ends with 0 on SIGTERM', async () => {
    const report = services.report;
    services.report = () => problem(404, 'REPORT_UNKNOWN');
    const ended = start();
    await eventually(async () => expect(await ready()).toBe(503));
    await eventually(() => expect(services.facts.map(({ type }) => type)).toContain('GUARD_BLOCKED'));
    expect(await ready()).toBe(503);
    services.report = report;
    await eventually(async () => expect(await ready()).toBe(200), { withinMs: 25_000 });
    worker?.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('for one task ends with 0 when none comes', async () => {
    expect(await start({ RIG_ONE_SHOT: 'true' })).toBe(0);
  });

  it('for one task ends with 1 when its guard is not proven: it has failed, and not found nothing', async () => {
    services.report = () => problem(404, 'REPORT_UNKNOWN');
    expect(await start({ RIG_ONE_SHOT: 'true', RIG_UNGUARDED_SECONDS: '1' })).toBe(1);
    expect(said).toContain('the guard was not proven in time');
  });

  it('can be asked to end by whoever reads its process id, which a pod does before it signals', async () => {
    const ended = start();
    await eventually(async () => expect(await ready()).toBe(200), { withinMs: 25_000 });
    const pid = await readFile(join(folder, 'work/spool/rig-agent-dev-e-1-abc/worker.pid'), 'utf8');
    process.kill(Number(pid), 'SIGTERM');
    expect(await ended).toBe(0);
  });

  it('names what is missing or wrong, and ends with 1', async () => {
    expect(await start({ RIG_CONDUCTOR_URL: 'conductor:8080', RIG_DRAIN_SECONDS: '99999' })).toBe(1);
    expect(said).toContain('RIG_CONDUCTOR_URL is not a http or https URL');
    expect(said).toContain('RIG_DRAIN_SECONDS is above 21600');
    expect(await start({ RIG_AGENT_ID: 'dev-e-9' })).toBe(1);
    expect(said).toContain('rig.agents.yaml has no agent \\"dev-e-9\\"');
  });
});
