import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tasksStream, WORKERS_GROUP } from '@rig/contracts';
import { startValkey } from '@rig/embedded';
import { systemClock } from '@rig/kernel';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { testValkey, valkeyCommands, type TestValkey } from '@rig/testkit';
import { ScaledJob, ScaledObject } from '../../core/deploy/keda/objects.js';
import { atZero, pollObject, scaleObject } from '../../core/deploy/keda/scale-object.js';
import type { Stage } from '../../flows/deploy/rehearsal-stage.js';
import { rehearseJob } from '../../flows/deploy/rehearse-job.js';
import { rehearseObject } from '../../flows/deploy/rehearse-object.js';
import { checkoutRoot } from '../checkout.js';
import { readManifests } from './manifests.js';
import { createStreamStage } from './stream-stage.js';

const quietBus = { logger: { log: () => undefined }, clock: systemClock, connectionName: 'keda-test' };
let valkey: TestValkey;
let bus: StreamBus;
let object: ScaledObject;
let job: ScaledJob;

beforeAll(async () => {
  valkey = await testValkey();
  bus = createValkeyStreamBus({ ...quietBus, url: valkey.url });
  const manifests = [...(await readManifests(checkoutRoot, 'keda/*.yaml')).values()].flat();
  object = ScaledObject.parse(manifests.find(({ kind }) => kind === 'ScaledObject'));
  job = ScaledJob.parse(manifests.find(({ kind }) => kind === 'ScaledJob'));
});

afterAll(async () => {
  await bus.close();
  await valkey.close();
});

const play = async <T>(agent: string, rehearse: (stage: Stage) => Promise<T>): Promise<T> => {
  const stage = await createStreamStage(bus, agent);
  try {
    return await rehearse(stage);
  } finally {
    await stage.close();
  }
};

describe('KEDA on the streams of a real Valkey', () => {
  it('starts a pod for the first task, one for each that waits, ends none at work, and all when idle', async () => {
    const { findings, proven, trace } = await play('warm', (stage) => rehearseObject(object, stage));
    expect(findings).toEqual([]);
    expect(proven).toEqual([
      'no pod without work',
      '0 → 1 on the first task',
      '3 pods on 3 tasks',
      'none ended while one works past the cooldown',
      'back to 0 when idle',
      '0 → 1 once more',
      'back to 0 at the end',
      'never fewer pods than are at work',
    ]);
    // The numbers are the server's: work in flight is pending, and lag leaves it out.
    expect(trace.some(({ lag, pending, busy }) => lag === 0 && pending === 3 && busy === 3)).toBe(true);
  });

  it('ends busy pods when only lag is looked at', async () => {
    const { scalingModifiers: _formula, ...advanced } = object.spec.advanced;
    const lagOnly = { ...object, spec: { ...object.spec, advanced, triggers: object.spec.triggers.slice(0, 1) } };
    const { findings } = await play('lag-only', (stage) => rehearseObject(lagOnly, stage));
    expect(findings.join('\n')).toMatch(/a busy pod was ended/);
    expect(findings.join('\n')).toMatch(/none ended while one works past the cooldown/);
  });

  it('ends busy pods when the autoscaler may scale down', async () => {
    const horizontalPodAutoscalerConfig = { behavior: {} };
    const advanced = { ...object.spec.advanced, horizontalPodAutoscalerConfig };
    const falling = { ...object, spec: { ...object.spec, advanced } };
    const { findings } = await play('falling', (stage) => rehearseObject(falling, stage));
    expect(findings.join('\n')).toMatch(/none ended while one works past the cooldown/);
  });

  it('neither starts nor ends a pod while Valkey is wiped, and goes on once the group is made again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rig-wiped-'));
    const server = await startValkey({ dataDir, log: () => undefined });
    const own = createValkeyStreamBus({ ...quietBus, url: server.url });
    const stage = await createStreamStage(own, 'wiped');
    try {
      await stage.offer(2);
      await Promise.all([1, 2].map(() => stage.start({ oneTask: false, places: 1 })));
      await stage.until('both work', async () => (await stage.state()).group?.pending === 2);
      const busy = { replicas: 2, lastActiveMs: 0, past: [] };
      await valkeyCommands(new URL(server.url), [['FLUSHALL']]);
      const wiped = await stage.state();
      expect(wiped).toEqual({ length: undefined, group: undefined });
      expect(pollObject(object, busy, () => wiped, 10_000_000)).toEqual(busy);
      expect(scaleObject(object, busy, () => wiped, 10_000_000)).toEqual(busy);
      expect(pollObject(object, atZero, () => wiped, 0).replicas).toBe(0);
      await own.ensureGroup(tasksStream('wiped'), WORKERS_GROUP);
      await stage.offer(1);
      await stage.until('what is offered again is seen', async () => {
        const { group } = await stage.state();
        return (group?.lag ?? 0) + (group?.pending ?? 0) === 1;
      });
      const again = await stage.state();
      expect(pollObject(object, atZero, () => again, 0).replicas).toBe(1);
    } finally {
      await stage.close();
      await own.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('makes one job for each task, never more than the slots, and none when idle', async () => {
    const { findings, proven } = await play('job', (stage) => rehearseJob(job, stage));
    expect(findings).toEqual([]);
    expect(proven).toHaveLength(7);
  });

  it('leaves a task without a job under the default strategy, because running jobs are subtracted', async () => {
    const byDefault = { ...job, spec: { ...job.spec, scalingStrategy: { strategy: 'default' as const } } };
    const { findings } = await play('by-default', (stage) => rehearseJob(byDefault, stage));
    expect(findings.join('\n')).toMatch(/2 jobs on 2 tasks/);
  });
});
