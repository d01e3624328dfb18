import { describe, expect, it } from '@jest/globals';
import { EVENTS_STREAM, type CommittedEnvelope } from '@rig/contracts';
import { createOrderedReader } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import type { ConsumeOptions } from '@rig/stream-bus';
import { fakeClock } from '@rig/testkit';
import fc from 'fast-check';
import { answerEvent, blockEvent, otherEvent } from '../testing/log.fixture.spec.js';
import { createMemoryLedger, type MemoryLedger } from '../testing/memory-ledger.js';
import { createTakeEvent } from './take-event.js';
import { spikeFact } from './to-fact.js';

const open = (ledger: MemoryLedger = createMemoryLedger()) => {
  const settled: string[] = [];
  const outcomes: string[] = [];
  const clock = fakeClock();
  const take = createTakeEvent({
    ledger,
    facts: { settle: async (ids) => void settled.push(...ids) },
    clock,
    logger: silentLogger,
    onOutcome: (outcome) => void outcomes.push(outcome),
    onBlock: () => undefined,
    onSpike: () => undefined,
  });
  return { take, ledger, clock, settled, outcomes };
};

const factsOf = (ledger: MemoryLedger): readonly string[] =>
  ledger.spikes.map((spike) => JSON.stringify(spikeFact(spike)));

describe('taking the log in', () => {
  it('counts blocks once, canaries never, and settles what the log has answered', async () => {
    const { take, ledger, settled, outcomes } = open();
    const block = blockEvent(1, 0);
    for (const event of [block, block, blockEvent(2, 0, { canary: true }), otherEvent(3)]) await take(event);
    await take(answerEvent(4, '0197f3a0-0000-7000-8000-00000000000a'));
    await take({ ...otherEvent(5), type: 'MOON_LANDED', dataschema: 'rig:MOON_LANDED:1' });
    expect(outcomes).toEqual(['taken', 'seen', 'canary', 'other', 'canary', 'unknown']);
    expect(ledger.blocks).toHaveLength(1);
    expect(settled).toEqual(['0197f3a0-0000-7000-8000-00000000000a']);
  });

  it('reports a spike under an id that follows from the log', async () => {
    const events = [1, 2, 3, 4, 5].map((n) => blockEvent(n, n));
    const [first, second] = [open(), open()];
    for (const event of events) await first.take(event);
    for (const event of events) await second.take(event);
    expect(first.ledger.spikes).toMatchObject([{ cause: 'burst', blocks: 5 }]);
    expect(factsOf(first.ledger)).toEqual(factsOf(second.ledger));
  });

  it('notes how far it is from time to time, so that little is read again', async () => {
    const { take, ledger, clock } = open();
    for (let n = 1; n <= 499; n++) await take(otherEvent(n));
    expect(await ledger.position()).toBe(0);
    await take(otherEvent(500));
    expect(await ledger.position()).toBe(500);
    clock.jump(clock.now() + 10_000);
    await take(otherEvent(501));
    expect(await ledger.position()).toBe(501);
  });
});

/** A log with blocks of two agents in bursts and pauses, canaries and other things between them. */
const logs = fc
  .array(
    fc.record({
      kind: fc.constantFrom('block', 'block', 'block', 'canary', 'other'),
      agent: fc.constantFrom('dev-e-1', 'dev-e-2'),
      // Minutes since the one before; a report may also come late.
      step: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -30, max: 90 }), fc.constant(1_440)),
      rule: fc.constantFrom('priv.sudo', 'fs.rm.root', 'exec.remote'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let minutes = 0;
    return steps.map(({ kind, agent, step, rule }, n): CommittedEnvelope => {
      minutes += step;
      if (kind === 'other') return otherEvent(n + 1);
      return blockEvent(n + 1, minutes, { agent, rule, canary: kind === 'canary' });
    });
  });

/** What one process does: reads on from where the books say, in order, and dies after so many events. */
const run = async (ledger: MemoryLedger, log: readonly CommittedEnvelope[], events: number): Promise<void> => {
  const from = await ledger.position();
  const { take } = open(ledger);
  for (const event of log.slice(from, from + events)) await take(event);
};

const expected = async (log: readonly CommittedEnvelope[]): Promise<MemoryLedger> => {
  const ledger = createMemoryLedger();
  await run(ledger, log, log.length);
  return ledger;
};

const RUNS = { numRuns: 1_000 };

/** A reader of the log to which the stream's entries are handed by hand, in whatever order. */
const openReader = async (ledger: MemoryLedger, log: readonly CommittedEnvelope[]) => {
  const { take } = open(ledger);
  let handle: ConsumeOptions<CommittedEnvelope>['handle'] | undefined;
  const reader = createOrderedReader({
    log: {
      readAll: async (after, limit = 500) => log.slice(after, after + limit),
      head: async () => log.length,
    },
    bus: {
      consume: (options) => {
        handle = options.handle as typeof handle;
        return { start: async () => undefined, stop: async () => undefined };
      },
    },
    stream: EVENTS_STREAM,
    group: 'guard-svc',
    consumer: 'test',
    from: await ledger.position(),
    onEvent: take,
    clock: fakeClock(),
    logger: silentLogger,
  });
  const signal = new AbortController().signal;
  const head = { stream: EVENTS_STREAM, group: 'guard-svc', consumer: 'test', attempt: 1, signal };
  return {
    deliver: async (value: CommittedEnvelope) => void (await handle?.({ ...head, id: `${value.position}-0`, value })),
    catchUp: () => reader.catchUp(signal),
  };
};

describe('the same log', () => {
  it('has the same spikes, whoever reads which part of it, how often, and dies where', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }), async (log, lives) => {
        const ledger = createMemoryLedger();
        for (const life of lives) await run(ledger, log, life);
        await run(ledger, log, log.length);
        expect(factsOf(ledger)).toEqual(factsOf(await expected(log)));
        expect(ledger.blocks).toHaveLength((await expected(log)).blocks.length);
      }),
      RUNS,
    );
  });

  it('has the same spikes when two processes read it beside each other, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.array(fc.boolean(), { maxLength: 130 }), async (log, turns) => {
        const ledger = createMemoryLedger();
        const readers = [open(ledger), open(ledger)].map(({ take }) => ({ take, at: 0 }));
        const step = async (which: number): Promise<void> => {
          const reader = readers[which];
          const event = reader && log[reader.at];
          if (reader === undefined || event === undefined) return;
          await reader.take(event);
          reader.at += 1;
        };
        for (const first of turns) await step(first ? 0 : 1);
        for (let n = 0; n < log.length; n++) await step(0);
        expect(factsOf(ledger)).toEqual(factsOf(await expected(log)));
      }),
      RUNS,
    );
  });

  it('has the same spikes in whatever order entries are delivered to two readers, how often, and which not at all', async () => {
    const deliveries = fc.array(fc.record({ to: fc.nat({ max: 1 }), which: fc.nat({ max: 59 }) }), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(logs, deliveries, async (log, order) => {
        const ledger = createMemoryLedger();
        const readers = [await openReader(ledger, log), await openReader(ledger, log)];
        await Promise.all(
          order.map(async ({ to, which }) => {
            const event = log[which % log.length];
            if (event !== undefined) await readers[to]?.deliver(event);
          }),
        );
        await readers[0]?.catchUp();
        expect(factsOf(ledger)).toEqual(factsOf(await expected(log)));
      }),
      RUNS,
    );
  });

  it('reports a cause at most once in its window', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (log) => {
        const { spikes } = await expected(log);
        for (const spike of spikes) {
          const width = spike.cause === 'burst' ? 600_000 : 3_600_000;
          const close = spikes.filter(
            (other) =>
              other.agent === spike.agent && other.cause === spike.cause && Math.abs(other.at - spike.at) < width,
          );
          expect(close).toHaveLength(1);
        }
      }),
      RUNS,
    );
  });

  it('never hides a burst: five blocks within ten minutes are reported, or were within the ten minutes round them', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (log) => {
        const { spikes, blocks } = await expected(log);
        for (const last of blocks) {
          const own = blocks.filter(({ agent }) => agent === last.agent);
          const within = own.filter(({ at }) => at > last.at - 600_000 && at <= last.at);
          if (within.length < 5) continue;
          const near = spikes.filter(
            (spike) => spike.agent === last.agent && spike.cause === 'burst' && Math.abs(spike.at - last.at) < 600_000,
          );
          expect(near.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });
});
