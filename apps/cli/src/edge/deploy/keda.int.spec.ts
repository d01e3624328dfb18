import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@rig/kernel';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { testValkey, type TestValkey } from '@rig/testkit';
import { ScaledJob, ScaledObject } from '../../core/deploy/keda/objects.js';
import type { Stage } from '../../flows/deploy/rehearsal-stage.js';
import { rehearseJob } from '../../flows/deploy/rehearse-job.js';
import { rehearseObject } from '../../flows/deploy/rehearse-object.js';
import { checkoutRoot } from '../checkout.js';
import { readManifests } from './manifests.js';
import { createStreamStage } from './stream-stage.js';

const quiet = { log: () => undefined };
let valkey: TestValkey;
let bus: StreamBus;
let object: ScaledObject;
let job: ScaledJob;

beforeAll(async () => {
  valkey = await testValkey();
  bus = createValkeyStreamBus({ url: valkey.url, logger: quiet, clock: systemClock, connectionName: 'keda-test' });
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
