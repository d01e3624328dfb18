import { describe, expect, it } from '@jest/globals';
import type { Operation } from '../../core/faults/history.js';
import type { LoggedEvent } from '../../core/faults/invariants.js';
import type { FaultRow } from './row.js';
import { createRunRow } from './run-row.js';
import type { Look, World } from './world.js';

const event = (type: string): LoggedEvent => ({
  position: 1,
  version: 1,
  subject: 'issue/acme/greeter/1',
  id: type,
  type,
  data: {},
});

/** A world of which a row needs nothing but its end. */
const worldOf = (events: readonly LoggedEvent[], look: Look = { invariants: ['I1'], found: [] }) => {
  const calls: string[] = [];
  const world = {
    history: { add: (what: Operation) => void (what.op === 'note' && calls.push(what.text)), all: () => [] },
    observer: {
      events: async () => events,
      undecided: async () => 0,
      look: async () => look,
      lookAtRest: async () => (calls.push('looked at rest'), look),
    },
    filed: () => 1,
    stop: async () => void calls.push('stopped'),
  } as unknown as World;
  return { world, calls };
};

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

/** Short sleeps pass at once; the deadline of a row and the pause between two looks pass only when told to. */
const stage = (world: World, passing = 0) => {
  let now = 0;
  return createRunRow({
    startWorld: async () => world,
    points: [],
    seed: 1,
    short: false,
    signal: new AbortController().signal,
    now: () => now,
    sleep: async (ms, signal) => {
      if (ms >= 2_000 && ms !== passing) return untilAborted(signal);
      if (ms !== passing) now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
};

const row = (more: Partial<FaultRow>): FaultRow => ({
  row: 4,
  name: 'a row',
  inShort: false,
  run: async () => undefined,
  ...more,
});

describe('a row', () => {
  it('holds when everything filed has ended and nothing was violated', async () => {
    const { world, calls } = worldOf([event('ISSUE_DONE')]);
    const result = await stage(world)(row({ run: async ({ injected }) => injected(2) }));
    expect(result).toMatchObject({ row: 4, injections: 2, violations: [], healSeconds: 0 });
    expect(calls).toEqual(['looked at rest', 'stopped']);
  });

  it('notes what ended blocked, which is allowed and not what was wanted', async () => {
    const { world, calls } = worldOf([{ ...event('ISSUE_BLOCKED'), data: { code: 'ATTEMPTS_EXHAUSTED' } }]);
    expect(await stage(world)(row({}))).toMatchObject({ violations: [] });
    expect(calls).toContain('issue/acme/greeter/1 was blocked: ATTEMPTS_EXHAUSTED');
  });

  it('is violated by what a look finds, by what it says itself, and by what does not end', async () => {
    const { world } = worldOf([event('ISSUE_OPENED')], { invariants: ['I1'], found: ['I1: twice'] });
    const result = await stage(world)(row({ run: async ({ violated }) => violated('of its own') }));
    expect([...result.violations].sort()).toEqual([
      'I1: twice',
      expect.stringContaining('I5: 0 of 1 issues ended, 0 inbox entries wait; the last event is ISSUE_OPENED'),
      'of its own',
    ]);
    expect(result.healSeconds).toBeNull();
  });

  it('that takes longer than its bound is violated, with what it waited for, and its world is stopped', async () => {
    const { world, calls } = worldOf([]);
    const forever: FaultRow['run'] = async ({ until }) =>
      void (await until(() => false, Number.POSITIVE_INFINITY, 'the moon to land'));
    const result = await stage(world, 30_000)(row({ boundSeconds: 30, run: forever }));
    expect(result.violations).toEqual(['the row took longer than 30 s; it waited for the moon to land']);
    expect(calls).toEqual(['stopped']);
  });

  it('that breaks off is violated, and one that cannot be run is skipped', async () => {
    const { world, calls } = worldOf([]);
    const broken = await stage(world)(row({ run: () => Promise.reject(new Error('no such link')) }));
    expect(broken.violations).toEqual(['the row broke off: no such link']);
    const skipped = await stage(world)(row({ skip: async () => 'no tmpfs' }));
    expect(skipped).toMatchObject({ skipped: 'no tmpfs', violations: [] });
    expect(calls).toEqual(['stopped']);
  });
});
