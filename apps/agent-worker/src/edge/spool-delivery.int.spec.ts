import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGatewayClient, fixedToken } from '@rig/agent-kit';
import type { Fact } from '@rig/contracts';
import { silentLogger, systemClock, type Clock } from '@rig/kernel';
import { createSpoolReader, createSpoolWriter, type SpoolWriter } from '@rig/spool';
import { eventually } from '@rig/testkit';
import { problem, startFakeServices, type FakeServices } from '../testing/fake-services.fixture.spec.js';
import { briefOf } from '../testing/local-forge.fixture.spec.js';
import { createSpoolDelivery, type SpoolDelivery } from './spool-delivery.js';

const token = {
  token: 't',
  expiresAt: '2099-01-01T00:00:00Z',
  apiUrl: 'http://f.invalid',
  cloneUrl: 'http://f.invalid/x.git',
  login: 'x',
};

/** Time that flies: a pause of a second takes a millisecond, so that an outage of hours fits into a test. */
const swift: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 1_000, signal) };

const idOf = (n: number): string => `0197f3a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const block = (n: number): Fact => ({
  id: idOf(n),
  source: 'agent/dev-e-1',
  subject: 'agent/dev-e-1',
  time: '2026-03-02T09:30:00.000Z',
  actor: { kind: 'agent', id: 'dev-e-1' },
  type: 'GUARD_BLOCKED',
  data: {
    agent: 'dev-e-1',
    taskId: null,
    fence: null,
    tool: 'Bash',
    rule: 'priv.sudo',
    category: 'privilege',
    command: `sudo true ${n}`,
    via: [],
    workspace: '/w',
    policyHash: 'built-in',
    canary: false,
    blockedAt: '2026-03-02T09:30:00.000Z',
  },
});
const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => idOf(from + n));

let folder: string;
let services: FakeServices;
let writer: SpoolWriter;
let running: SpoolDelivery[] = [];
const counted = new Map<string, number>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-delivery-'));
  services = await startFakeServices(briefOf(), token);
  writer = createSpoolWriter({ folder });
  counted.clear();
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

const begin = async (): Promise<SpoolDelivery> => {
  const delivery = createSpoolDelivery({
    name: 'guard',
    reader: createSpoolReader({ folder }),
    gateway: createGatewayClient({ baseUrl: services.url, tokens: fixedToken('t'), clock: swift }),
    clock: swift,
    logger: silentLogger,
    accepts: ({ type }) => type === 'GUARD_BLOCKED',
    count: (outcome, by) => counted.set(outcome, (counted.get(outcome) ?? 0) + by),
  });
  running.push(delivery);
  await delivery.start();
  return delivery;
};

const put = (from: number, to: number): void => {
  for (let n = from; n <= to; n++) expect(writer.append(JSON.stringify(block(n)))).toBe('kept');
};
const received = (): string[] => services.facts.map(({ id }) => id);

describe('what the guard left in the spool', () => {
  it('reaches the gateway in order, in few requests', async () => {
    put(1, 120);
    await begin();
    await eventually(() => expect(received()).toEqual(ids(1, 120)));
    expect(services.calls.filter((call) => call === 'POST /api/events')).toHaveLength(3);
  });

  it('is kept through an outage of hours and a restart of the worker, and comes in order', async () => {
    const up = services.events;
    services.events = () => problem(503, 'DOWN');
    put(1, 5);
    const first = await begin();
    // 15 s between two tries: some hours of them.
    await eventually(() => expect(services.calls.length).toBeGreaterThan(1_000), { withinMs: 25_000 });
    put(6, 8);
    await first.stop();
    await begin();
    put(9, 9);
    services.events = up;
    await eventually(() => expect(received()).toEqual(ids(1, 9)));
  });

  it('comes twice under the same ids when the worker dies before it has noted the delivery', async () => {
    put(1, 3);
    const dead = createSpoolReader({ folder });
    expect((await dead.read(10)).records).toHaveLength(3);
    await begin();
    await eventually(() => expect(received()).toEqual(ids(1, 3)));
    await rm(join(folder, 'checkpoint.json'));
    await begin();
    await eventually(() => expect(received()).toEqual([...ids(1, 3), ...ids(1, 3)]));
  });

  it('is not held up by one that the gateway refuses, or that is none', async () => {
    services.events = (facts) => ({
      status: 202,
      body: {
        results: facts.map(({ id }) =>
          id === idOf(2) ? { id, status: 'rejected', code: 'FACT_INVALID' } : { id, status: 'accepted' },
        ),
      },
    });
    put(1, 2);
    writer.append('{"no":"fact"}');
    // Whoever can be the agent can write here: it must not report work in the worker's name.
    const forged = { ...block(3), type: 'WORK_COMPLETED', data: { taskId: briefOf().taskId, fence: 41 } };
    writer.append(
      JSON.stringify({ ...forged, data: { ...forged.data, summary: '', pr: null, headSha: null, verdict: null } }),
    );
    put(4, 4);
    await begin();
    await eventually(() => expect(Object.fromEntries(counted)).toEqual({ stored: 2, refused: 1, dropped: 2 }));
    expect(services.facts.map(({ type }) => type)).toEqual(['GUARD_BLOCKED', 'GUARD_BLOCKED', 'GUARD_BLOCKED']);
  });

  it('and what was lost of it are told', async () => {
    await writeFile(join(folder, 'lost'), '...');
    await begin();
    await eventually(() => expect(counted.get('lost')).toBe(3));
  });

  it('is sent at once when somebody says that it is there', async () => {
    const delivery = await begin();
    put(1, 1);
    delivery.wake();
    await eventually(() => expect(received()).toEqual(ids(1, 1)));
  });

  it('is sent before the worker ends, if the gateway is there', async () => {
    const delivery = await begin();
    put(1, 60);
    await delivery.stop();
    expect(received()).toEqual(ids(1, 60));
  });
});
