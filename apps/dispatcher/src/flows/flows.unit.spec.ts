import { describe, expect, it } from '@jest/globals';
import { leaseKey, parseFact } from '@rig/contracts';
import { fakeClock, type FakeClock } from '@rig/testkit';
import { emptyBoard } from '../core/board.js';
import { fakeOutbox, silentLogger, type FakeOutbox } from '../testing/fakes.fixture.spec.js';
import {
  agent,
  approvedIssue,
  config,
  createHistory,
  EPOCH,
  issue,
  taskOf,
  type History,
} from '../testing/history.fixture.spec.js';
import { createApplyEvents, type ApplyOutcome } from './apply-event.js';
import { createDesk, type Desk } from './desk.js';
import { createPropose } from './propose.js';
import { createSendIntents } from './send-intents.js';
import { createWatchLeases } from './watch-leases.js';

interface Bench {
  readonly history: History;
  readonly desk: Desk;
  readonly clock: FakeClock;
  readonly outbox: FakeOutbox;
  readonly outcomes: [ApplyOutcome, number][];
  readonly leads: { may: boolean };
  readonly conductor: { alive: boolean };
  readonly leases: Map<string, number>;
  /** Applies what the history has beyond the board. */
  readonly catchUp: () => Promise<void>;
  readonly apply: ReturnType<typeof createApplyEvents>;
  readonly propose: ReturnType<typeof createPropose>;
  readonly watch: ReturnType<typeof createWatchLeases>;
}

const bench = (): Bench => {
  const history = createHistory();
  const desk = createDesk(emptyBoard());
  const clock = fakeClock(EPOCH);
  const outbox = fakeOutbox();
  const outcomes: [ApplyOutcome, number][] = [];
  const leads = { may: true };
  const conductor = { alive: true };
  const leases = new Map<string, number>();
  const mayPropose = (): boolean => leads.may;
  const send = createSendIntents({ desk, outbox, clock });
  const onOutcome = (outcome: ApplyOutcome, events: number): void => void outcomes.push([outcome, events]);
  const apply = createApplyEvents({ desk, outbox, logger: silentLogger, onOutcome });
  const bus = {
    alive: async () => conductor.alive,
    readLease: async (key: string) => {
      const fence = leases.get(key);
      return fence === undefined ? undefined : { fence, owner: 'worker', leftMs: 20_000 };
    },
  };
  const settings = config([agent('author-1')]);
  return {
    history,
    desk,
    clock,
    outbox,
    outcomes,
    leads,
    conductor,
    leases,
    apply,
    catchUp: () => apply(history.events),
    propose: createPropose({ desk, send, clock, mayPropose, config: () => settings }),
    watch: createWatchLeases({ desk, bus, send, clock, mayPropose }),
  };
};

describe('proposing', () => {
  it('sends a ready issue as a fact that the conductor can parse, once', async () => {
    const { history, catchUp, propose, outbox } = bench();
    approvedIssue(history, 7);
    await catchUp();
    expect(await propose()).toBe('proposed');
    expect(outbox.facts).toMatchObject([
      {
        type: 'ASSIGN_TASK',
        subject: issue(7),
        source: 'rig/dispatcher',
        data: { kind: 'implement', agent: 'author-1', headSha: null },
      },
    ]);
    expect(outbox.facts.every((fact) => parseFact(fact).ok)).toBe(true);
    expect(await propose()).toBe('idle');
    expect(outbox.facts).toHaveLength(1);
  });

  it('gives the same proposal the same id after a restart, and another one once the issue moved on', async () => {
    const ids: (string | undefined)[] = [];
    const facts = async (moved: boolean): Promise<void> => {
      const { history, catchUp, propose, outbox } = bench();
      approvedIssue(history, 7);
      if (moved) history.add(issue(7), 'ISSUE_EDITED', { labels: [] });
      await catchUp();
      await propose();
      ids.push(outbox.facts[0]?.id);
    };
    await facts(false);
    await facts(false);
    await facts(true);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('proposes again what got no answer for 5 s', async () => {
    const { history, catchUp, propose, outbox, clock } = bench();
    approvedIssue(history, 7);
    await catchUp();
    await propose();
    await clock.advance(4_999);
    expect(await propose()).toBe('idle');
    await clock.advance(1);
    expect(await propose()).toBe('proposed');
    expect(outbox.facts).toHaveLength(2);
  });

  it('proposes nothing while it may not', async () => {
    const { history, catchUp, propose, outbox, leads } = bench();
    approvedIssue(history, 7);
    await catchUp();
    leads.may = false;
    expect(await propose()).toBe('waiting');
    expect(outbox.facts).toEqual([]);
  });

  it('proposes again at once what the outbox could not store', async () => {
    const { history, catchUp, propose, outbox } = bench();
    approvedIssue(history, 7);
    await catchUp();
    outbox.broken = new Error('disk full');
    await expect(propose()).rejects.toThrow('disk full');
    outbox.broken = undefined;
    expect(await propose()).toBe('proposed');
  });
});

describe('applying events', () => {
  it('settles the fact that an event answers and frees its proposal', async () => {
    const { history, catchUp, propose, outbox, desk } = bench();
    approvedIssue(history, 7);
    await catchUp();
    await propose();
    const id = outbox.facts[0]?.id;
    history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' }, id);
    await catchUp();
    expect(outbox.answered).toEqual([id]);
    expect(desk.inFlight.size).toBe(0);
    expect(await propose()).toBe('idle');
  });

  it('passes over what the board has, and over what this version does not know', async () => {
    const { history, apply, catchUp, desk, outcomes } = bench();
    approvedIssue(history, 7);
    await catchUp();
    await catchUp();
    const unknown: object = { ...history.events[0], type: 'SOMETHING_NEW' };
    await apply([{ ...unknown, position: 3 }]);
    expect(desk.board.position).toBe(3);
    expect(outcomes.filter(([, events]) => events > 0)).toEqual([
      ['applied', 2],
      ['again', 2],
      ['unknown', 1],
    ]);
  });
});

describe('watching leases', () => {
  const working = async (): Promise<Bench & { readonly fence: number }> => {
    const all = bench();
    approvedIssue(all.history, 7);
    all.history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('a'), agent: 'author-1' });
    const { position } = all.history.add(issue(7), 'ATTEMPT_STARTED', { taskId: taskOf('a'), agent: 'author-1' });
    await all.catchUp();
    return { ...all, fence: position };
  };
  const watchFor = async ({ watch, clock }: Bench, ms: number): Promise<string> => {
    let outcome = await watch();
    for (let passed = 0; passed < ms; passed += 2_000) {
      await clock.advance(2_000);
      outcome = await watch();
    }
    return outcome;
  };

  it('reports an attempt without a lease after 16 s, once', async () => {
    const all = await working();
    expect(await watchFor(all, 14_000)).toBe('watched');
    expect(all.outbox.facts).toEqual([]);
    expect(await watchFor(all, 2_000)).toBe('lost');
    expect(await watchFor(all, 2_000)).toBe('watched');
    expect(all.outbox.facts).toMatchObject([
      { type: 'ATTEMPT_LOST', subject: issue(7), data: { taskId: taskOf('a'), fence: all.fence } },
    ]);
    expect(parseFact(all.outbox.facts[0]).ok).toBe(true);
  });

  it('leaves an attempt alone that renews', async () => {
    const all = await working();
    all.leases.set(leaseKey(taskOf('a'), 'author-1'), all.fence);
    expect(await watchFor(all, 60_000)).toBe('watched');
    expect(all.outbox.facts).toEqual([]);
  });

  it('is blind without the conductor, and starts the time anew after it came back', async () => {
    const all = await working();
    await watchFor(all, 10_000);
    all.conductor.alive = false;
    expect(await watchFor(all, 60_000)).toBe('blind');
    all.conductor.alive = true;
    expect(await watchFor(all, 14_000)).toBe('watched');
    expect(await watchFor(all, 2_000)).toBe('lost');
  });

  it('does not repeat a refused report before its pause is over', async () => {
    const all = await working();
    await watchFor(all, 16_000);
    const factId = all.outbox.facts[0]?.id ?? '';
    all.clock.jump(all.history.now());
    all.history.add(issue(7), 'FACT_REFUSED', { factId, factType: 'ATTEMPT_LOST', code: 'FENCE_SUPERSEDED' }, factId);
    await all.catchUp();
    expect(await all.watch()).toBe('watched');
    expect(all.outbox.facts).toHaveLength(1);
  });
});
