import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createConductorClient, createGatewayClient, fixedToken } from '@rig/agent-kit';
import { GUARD_SPOOL, installKit } from '@rig/hooks';
import { silentLogger, systemClock } from '@rig/kernel';
import type { Kit } from '@rig/nest-kit';
import { parseAgentsFile, type AgentConfig } from '@rig/policy';
import { createSpoolReader } from '@rig/spool';
import { eventually, testHookBundle, type TestHookBundle } from '@rig/testkit';
import { problem, startFakeServices, type FakeServices } from '../testing/fake-services.fixture.spec.js';
import { briefOf } from '../testing/local-forge.fixture.spec.js';
import { behindGuard, type GuardCanary } from './guard-canary.js';
import { createWorkerCanary } from './guard-parts.js';
import { createSpoolDelivery, type SpoolDelivery } from './spool-delivery.js';

const token = {
  token: 't',
  expiresAt: '2099-01-01T00:00:00Z',
  apiUrl: 'http://f.invalid',
  cloneUrl: 'http://f.invalid/x.git',
  login: 'x',
};

let bundle: TestHookBundle;
let folder: string;
let kit: string;
let services: FakeServices;
let blocks: SpoolDelivery;
let canary: GuardCanary | undefined;
const outcomes: string[] = [];
const said: string[] = [];

beforeAll(async () => {
  bundle = await testHookBundle();
  folder = await mkdtemp(join(tmpdir(), 'rig-canary-'));
  kit = join(folder, 'kit');
});
beforeEach(async () => {
  await installKit({ bundle: bundle.folder, kit, policyFile: null, onlyIfChanged: true });
  services = await startFakeServices(briefOf(), token);
  const gateway = createGatewayClient({ baseUrl: services.url, tokens: fixedToken('t'), retries: 0 });
  blocks = createSpoolDelivery({
    name: 'guard',
    reader: createSpoolReader({ folder: join(folder, 'spool'), limits: GUARD_SPOOL }),
    gateway,
    clock: systemClock,
    logger: silentLogger,
    accepts: () => true,
  });
  await blocks.start();
});
afterEach(async () => {
  await canary?.stop();
  canary = undefined;
  await blocks.stop();
  await services.close();
  await rm(join(folder, 'spool'), { recursive: true, force: true });
  outcomes.length = 0;
  said.length = 0;
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await bundle.remove();
});

const agentWith = (more: string): AgentConfig => {
  const text = `agents:\n  - { id: dev-e-1, role: author, slots: 1, command: { run: x }${more} }\n`;
  const parsed = parseAgentsFile(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value.agents[0] as AgentConfig;
};

const begin = async (more = '', environment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin' }): Promise<GuardCanary> => {
  const counter: Kit['counter'] = () => (labels) => void outcomes.push(String(labels?.['outcome']));
  const logger = { log: (_level: string, _message: string, fields?: object) => void said.push(JSON.stringify(fields)) };
  canary = createWorkerCanary({
    kit: { clock: systemClock, logger, counter } as unknown as Kit,
    agent: () => agentWith(more),
    hook: { kit, spool: join(folder, 'spool') },
    folder: join(folder, 'canary'),
    blocks,
    conductor: createConductorClient({ baseUrl: services.url, tokens: fixedToken('t'), retries: 0 }),
    environment,
  });
  await canary.start();
  return canary;
};

describe('the canary of a worker', () => {
  it('passes when a forbidden call is blocked and its event is in the store, and takes no time to speak of', async () => {
    const started = performance.now();
    const one = await begin();
    await one.proven;
    // Aim: half a second. Here the machine is shared with everything else that is tested.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(one.check()).toEqual({ ready: true });
    expect(services.facts).toMatchObject([
      { type: 'GUARD_BLOCKED', data: { canary: true, rule: 'priv.sudo', command: 'sudo -n true', taskId: null } },
    ]);
    expect(outcomes).toEqual(['passed']);
  });

  it('does not pass while its event is not in the store, and passes once it is', async () => {
    const up = services.report;
    services.report = (id) => ({ status: 200, body: { id, status: 'pending', reason: null } });
    const one = await begin();
    await eventually(() => expect(services.facts).toHaveLength(1));
    expect(one.check()).toMatchObject({ ready: false });
    services.report = up;
    await one.proven;
    expect(one.check()).toEqual({ ready: true });
  });

  it('is tried again when the gateway or the conductor is away', async () => {
    const up = services.report;
    services.report = () => problem(503, 'DOWN');
    const one = await begin();
    await eventually(() => expect(outcomes).toContain('failed'));
    expect(one.check()).toMatchObject({ ready: false, note: expect.stringContaining('DOWN') });
    services.report = up;
    await one.proven;
  });

  it('says when there is no hook, and passes once there is one', async () => {
    await rm(kit, { recursive: true });
    const one = await begin();
    await eventually(() => expect(outcomes).toContain('GUARD_OPEN'));
    expect(one.check()).toMatchObject({ ready: false, note: expect.stringContaining('not blocked') });
    expect(said.join()).toContain('rig hooks');
    await installKit({ bundle: bundle.folder, kit, policyFile: null });
    await one.proven;
  });

  it('goes through the settings that the agent has according to rig.agents.yaml', async () => {
    const settings = join(folder, 'managed-settings.json');
    await writeFile(settings, JSON.stringify({ disableAllHooks: true }));
    const one = await begin(`, hook: { client: claude-code, settings: ${settings} }`);
    await eventually(() => expect(one.check().note).toContain('disableAllHooks'));
    await writeFile(settings, '{}');
    await eventually(() => expect(one.check().note).toContain('puts no hook before Bash'));
  });

  it('goes through the settings of the home folder that the agent is given', async () => {
    const home = join(folder, 'operator');
    await mkdir(home, { recursive: true });
    await rm(kit, { recursive: true });
    const env = { PATH: '/usr/bin:/bin', HOME: home };
    const one = await begin(`, hook: { client: gemini-cli }`, env);
    await eventually(() => expect(outcomes).toContain('GUARD_OPEN'));
    expect(await readFile(join(folder, 'canary/home/.gemini/settings.json'), 'utf8')).toContain('rig-guard');
    expect(one.check().ready).toBe(false);
  });
});

describe('an intake behind the guard', () => {
  const intake = () => {
    const steps: string[] = [];
    const part = {
      name: 'intake',
      start: async () => void steps.push('start'),
      stop: async () => void steps.push('stop'),
    };
    return { steps, part };
  };

  it('begins when the guard is proven, and not before', async () => {
    const { promise: proven, resolve } = Promise.withResolvers<void>();
    const { steps, part } = intake();
    const guarded = behindGuard(part, { proven }, () => undefined);
    await guarded.start();
    await new Promise(setImmediate);
    expect(steps).toEqual([]);
    resolve();
    await eventually(() => expect(steps).toEqual(['start']));
    await guarded.stop();
    expect(steps).toEqual(['start', 'stop']);
  });

  it('never begins once it is stopped', async () => {
    const { promise: proven, resolve } = Promise.withResolvers<void>();
    const { steps, part } = intake();
    const guarded = behindGuard(part, { proven }, () => undefined);
    await guarded.start();
    await guarded.stop();
    resolve();
    await new Promise(setImmediate);
    expect(steps).toEqual(['stop']);
  });

  it('that cannot begin says so', async () => {
    const failures: unknown[] = [];
    const part = { name: 'intake', start: () => Promise.reject(new Error('no bus')), stop: async () => undefined };
    const guarded = behindGuard(part, { proven: Promise.resolve() }, (error) => void failures.push(error));
    await guarded.start();
    await eventually(() => expect(failures).toHaveLength(1));
  });
});
