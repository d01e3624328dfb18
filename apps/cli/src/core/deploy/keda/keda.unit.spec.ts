import { describe, expect, it } from '@jest/globals';
import { autoscale, proposal } from './autoscaler.js';
import { evaluateFormula } from './formula.js';
import { ScaledJob, ScaledObject } from './objects.js';
import { modeOf, readTrigger, type StreamState } from './reading.js';
import { newJobs } from './scale-job.js';
import { atZero, pollObject, scaleObject } from './scale-object.js';

const trigger = (metadata: object, name?: string): object => ({
  type: 'redis-streams',
  name,
  metadata: { stream: 's', consumerGroup: 'workers', ...metadata },
});
const lag = trigger({ lagCount: '1', activationLagCount: '0' }, 'lag');
const inflight = trigger({ pendingEntriesCount: '1' }, 'inflight');

const object = (spec: object): ScaledObject =>
  ScaledObject.parse({ kind: 'ScaledObject', metadata: { name: 'o' }, spec: { maxReplicaCount: 5, ...spec } });
const first = (metadata: object) => {
  const [one] = object({ triggers: [trigger(metadata)] }).spec.triggers;
  if (one === undefined) throw new Error('no trigger');
  return one;
};
const state = (group: StreamState['group'], length = 10): StreamState => ({ length, group });

describe('what a trigger counts', () => {
  it('is one thing: lag with lagCount, pending with a group, length without', () => {
    expect(modeOf(first({ lagCount: '1', pendingEntriesCount: '1' }))).toBe('lag');
    expect(modeOf(first({ pendingEntriesCount: '1' }))).toBe('pending');
    expect(modeOf(first({ consumerGroup: undefined }))).toBe('length');
  });

  it('is everything on the stream while the group is not there, and nothing while the stream is not', () => {
    expect(readTrigger(first({ lagCount: '1' }), state(undefined, 4))).toEqual({ value: 4 });
    expect(readTrigger(first({ lagCount: '1' }), { length: undefined, group: undefined })).toEqual({ value: 0 });
  });

  it('is 0 where Valkey cannot tell the lag', () => {
    expect(readTrigger(first({ lagCount: '1' }), state({ lag: null, pending: 2 }))).toEqual({ value: 0 });
  });

  it('is an error when pending entries of no group are asked for', () => {
    expect(readTrigger(first({}), state(undefined))).toEqual({ error: 'NOGROUP' });
  });
});

describe('formulas', () => {
  it.each([
    ['lag + inflight', 5],
    ['(lag + inflight) * 2 - 1', 9],
    ['lag - -inflight / 3', 3],
  ])('%s', (formula, value) => expect(evaluateFormula(formula, { lag: 2, inflight: 3 })).toBe(value));

  it.each(['lag +', 'lag lag', '(lag', 'lag > 1', 'lga + inflight'])('refuses %s', (formula) =>
    expect(() => evaluateFormula(formula, { lag: 2, inflight: 3 })).toThrow(),
  );
});

describe("Kubernetes' autoscaler", () => {
  const rules = { min: 1, max: 50, scaleUp: undefined, scaleDown: undefined };

  it('does nothing within a tenth: one waiting task beside twenty running ones gets no pod', () => {
    expect(proposal({ value: 21, target: 1 }, 20)).toBe(20);
    expect(proposal({ value: 23, target: 1 }, 20)).toBe(23);
    expect(proposal({ value: 10, target: 1 }, 9)).toBe(10);
    expect(proposal({ value: 11, target: 1 }, 10)).toBe(10);
    expect(proposal({ value: 34, target: 1 }, 30)).toBe(34);
    expect(proposal({ value: 33, target: 1 }, 30)).toBe(30);
  });

  it('takes the larger of two metrics, not the sum', () => {
    const metrics = [
      { value: 3, target: 1 },
      { value: 3, target: 1 },
    ];
    expect(autoscale(metrics, 3, rules, [], 0).replicas).toBe(3);
  });

  it('bounds a step up and waits before it goes down', () => {
    expect(autoscale([{ value: 40, target: 1 }], 2, rules, [], 0).replicas).toBe(6);
    const past = [{ atMs: 0, replicas: 8 }];
    expect(autoscale([{ value: 1, target: 1 }], 8, rules, past, 299_000).replicas).toBe(8);
    expect(autoscale([{ value: 1, target: 1 }], 8, rules, past, 301_000).replicas).toBe(1);
  });
});

describe('a ScaledObject', () => {
  const formula = { scalingModifiers: { formula: 'lag + inflight', target: '1' } };
  const at = (group: { lag: number; pending: number } | undefined) => () => state(group);

  it('starts one pod for the first entry, and none when activation is 1', () => {
    const right = object({ triggers: [lag] });
    const wrong = object({ triggers: [trigger({ lagCount: '1', activationLagCount: '1' })] });
    expect(pollObject(right, atZero, at({ lag: 1, pending: 0 }), 0).replicas).toBe(1);
    expect(pollObject(wrong, atZero, at({ lag: 1, pending: 0 }), 0).replicas).toBe(0);
  });

  it('is not started while a trigger under a formula fails, and is not ended either', () => {
    const both = object({ triggers: [lag, inflight], advanced: formula });
    expect(pollObject(both, atZero, at(undefined), 0).replicas).toBe(0);
    const busy = { replicas: 3, lastActiveMs: 0, past: [] };
    expect(pollObject(both, busy, at(undefined), 1_000_000)).toEqual(busy);
  });

  it('with lag alone ends busy pods after its cooldown; with the formula it does not', () => {
    const busy = { replicas: 3, lastActiveMs: 0, past: [] };
    const work = at({ lag: 0, pending: 3 });
    expect(pollObject(object({ triggers: [lag] }), busy, work, 301_000).replicas).toBe(0);
    const both = object({ triggers: [lag, inflight], advanced: formula });
    expect(pollObject(both, busy, work, 301_000).replicas).toBe(3);
  });

  it('with two triggers and no formula stays at three for three running and three waiting', () => {
    const scaled = { replicas: 3, lastActiveMs: 0, past: [] };
    const work = at({ lag: 3, pending: 3 });
    const two = object({ triggers: [lag, inflight] });
    const one = object({ triggers: [lag, inflight], advanced: formula });
    expect(scaleObject(two, scaled, work, 0).replicas).toBe(3);
    expect(scaleObject(one, scaled, work, 0).replicas).toBe(5);
  });

  it('never has more pods than slots, and gets there by a hundred at a look', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 100, periodSeconds: 15 }] } };
    const wide = object({
      triggers: [lag, inflight],
      maxReplicaCount: 250,
      advanced: { ...formula, horizontalPodAutoscalerConfig: { behavior } },
    });
    const work = at({ lag: 1_000_000, pending: 0 });
    let scaled = pollObject(wide, atZero, work, 0);
    const seen = [15, 30, 45, 60].map((seconds) => {
      scaled = scaleObject(wide, scaled, work, seconds * 1_000);
      return scaled.replicas;
    });
    expect(seen).toEqual([101, 201, 250, 250]);
  });

  it('goes down while tasks run unless that is disabled', () => {
    const down = (selectPolicy: string) =>
      object({
        triggers: [lag, inflight],
        advanced: {
          ...formula,
          horizontalPodAutoscalerConfig: { behavior: { scaleDown: { selectPolicy, stabilizationWindowSeconds: 0 } } },
        },
      });
    const scaled = { replicas: 3, lastActiveMs: 0, past: [] };
    expect(scaleObject(down('Max'), scaled, at({ lag: 0, pending: 1 }), 0).replicas).toBe(1);
    expect(scaleObject(down('Disabled'), scaled, at({ lag: 0, pending: 1 }), 0).replicas).toBe(3);
  });
});

describe('a ScaledJob', () => {
  const job = (strategy: string): ScaledJob =>
    ScaledJob.parse({
      kind: 'ScaledJob',
      metadata: { name: 'j' },
      spec: { maxReplicaCount: 4, scalingStrategy: { strategy }, jobTargetRef: {}, triggers: [lag] },
    });
  const waiting = (count: number) => () => state({ lag: count, pending: 0 });

  it.each([
    ['accurate', 2, { running: 2, pending: 0 }, 2],
    ['default', 2, { running: 2, pending: 0 }, 0],
    ['accurate', 3, { running: 3, pending: 0 }, 1],
    ['accurate', 2, { running: 2, pending: 2 }, 0],
    ['accurate', 0, { running: 0, pending: 0 }, 0],
    ['accurate', 9, { running: 0, pending: 0 }, 4],
  ])('%s, %i waiting, %j: makes %i', (strategy, count, jobs, made) => {
    expect(newJobs(job(strategy), jobs, waiting(count))).toBe(made);
  });
});
