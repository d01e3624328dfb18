import { describe, expect, it } from '@jest/globals';
import { eventually, fakeClock } from '@rig/testkit';
import { emptyBoard, type Board } from '../core/board.js';
import type { BoardStore } from '../flows/save-board.js';
import { fakeOutbox, silentLogger } from '../testing/fakes.fixture.spec.js';
import { agent, approvedIssue, config, createHistory, EPOCH, issue } from '../testing/history.fixture.spec.js';
import { createDispatcher } from './dispatcher.js';
import { leadTerm, type ReaderOptions, type TermState } from './leader-term.js';
import type { Leadership } from './leadership.js';
import type { DispatcherMetrics } from './metrics.js';

const noMetrics: DispatcherMetrics = {
  leads: () => undefined,
  sent: () => undefined,
  applied: () => undefined,
  pass: () => undefined,
  backlog: () => undefined,
};

const memoryStore = (initial?: Board): BoardStore & { saved: Board | undefined } => {
  const store = {
    saved: initial,
    load: async () => store.saved,
    save: async (board: Board) => void (store.saved = { ...board }),
    forget: async () => void (store.saved = undefined),
  };
  return store;
};

const termOf = (head: number, store = memoryStore()) => {
  const outbox = fakeOutbox();
  const end = new AbortController();
  const opened: ReaderOptions[] = [];
  const states: TermState[] = [];
  const done = leadTerm(
    {
      log: { head: async () => head },
      bus: { alive: async () => false, readLease: async () => undefined },
      store,
      outbox,
      clock: fakeClock(EPOCH),
      logger: silentLogger,
      metrics: noMetrics,
      config: () => config([agent('author-1')]),
      openReader: (options) => {
        opened.push(options);
        return { start: async () => undefined, stop: async () => undefined };
      },
    },
    end.signal,
    (state) => states.push(state),
  );
  const reader = (): Promise<ReaderOptions> => eventually(() => opened[0] ?? false);
  return { outbox, end, done, reader, states, store };
};

describe('a leader', () => {
  it('proposes nothing before its board has caught up with the log', async () => {
    const history = createHistory();
    approvedIssue(history, 7);
    history.add(issue(7), 'ISSUE_CLOSED');
    history.add(issue(7), 'ISSUE_REOPENED');
    const { outbox, end, done, reader, states } = termOf(4);
    const { after, handle } = await reader();
    expect(after).toBe(0);
    await handle(history.events.slice(0, 2));
    expect(states[0]?.caughtUp()).toBe(false);
    expect(outbox.facts).toEqual([]);
    await handle(history.events.slice(2));
    await eventually(() => expect(outbox.facts).toMatchObject([{ type: 'ASSIGN_TASK', subject: issue(7) }]));
    end.abort();
    await done;
  });

  it('saves its board at the end, and the next one goes on from there', async () => {
    const history = createHistory();
    approvedIssue(history, 7);
    const first = termOf(2);
    await (await first.reader()).handle(history.events);
    await eventually(() => expect(first.outbox.facts).toHaveLength(1));
    first.end.abort();
    await first.done;
    expect(first.store.saved?.position).toBe(2);
    const second = termOf(2, first.store);
    expect((await second.reader()).after).toBe(2);
    await eventually(() => expect(second.outbox.facts).toHaveLength(1));
    expect(second.outbox.facts[0]?.id).toBe(first.outbox.facts[0]?.id);
    second.end.abort();
    await second.done;
  });

  it('throws away a saved board that is ahead of the log', async () => {
    const store = memoryStore({ ...emptyBoard(), position: 9 });
    const { reader, end, done } = termOf(5, store);
    expect((await reader()).after).toBe(0);
    expect(store.saved).toBeUndefined();
    end.abort();
    await done;
  });
});

describe('active and standby', () => {
  it('a standby says that it is one and leads as soon as it can', async () => {
    const clock = fakeClock();
    const lost = new AbortController();
    let free = false;
    const led: boolean[] = [];
    const leadership: Leadership = { lost: lost.signal, release: async () => lost.abort() };
    const dispatcher = createDispatcher({
      clock,
      logger: silentLogger,
      tryToLead: async () => (free ? leadership : undefined),
      lead: (end, onState) => {
        onState({ position: () => 4, caughtUp: () => true });
        return new Promise((resolve) => end.addEventListener('abort', () => resolve(), { once: true }));
      },
      onLeads: (leads) => void led.push(leads),
    });
    await dispatcher.start();
    await dispatcher.start();
    await clock.asleep();
    expect(dispatcher.check()).toEqual({ ready: true, note: 'standby: another dispatcher leads' });
    free = true;
    await clock.advance(1_000);
    expect(dispatcher.check()).toEqual({ ready: true, note: 'leading at position 4' });
    expect(led).toEqual([true]);
    free = false;
    lost.abort();
    await eventually(() => expect(led).toContain(false));
    await clock.advance(2_000);
    expect(dispatcher.check()).toMatchObject({ note: 'standby: another dispatcher leads' });
    await dispatcher.stop();
    await dispatcher.stop();
  });

  it('one that cannot reach the database is not ready and tries on', async () => {
    const clock = fakeClock();
    let tries = 0;
    const dispatcher = createDispatcher({
      clock,
      logger: silentLogger,
      tryToLead: async () => {
        tries += 1;
        throw new Error('connection refused');
      },
      lead: async () => undefined,
      onLeads: () => undefined,
    });
    await dispatcher.start();
    await clock.asleep();
    expect(dispatcher.check()).toEqual({ ready: false, note: 'not leading: connection refused' });
    await clock.advance(3_000);
    expect(tries).toBe(4);
    await dispatcher.stop();
  });
});
