import { describe, expect, it } from '@jest/globals';
import { type EventDataOf, type EventType, type RigEvent } from '@rig/contracts';
import { SAFE_DEFAULTS } from '@rig/policy';
import { agent, EPOCH, issue } from '../testing/history.fixture.spec.js';
import { applyToBoard, CLOSED_KEPT, emptyBoard } from './board.js';
import { answer, InFlight } from './in-flight.js';
import { INTENTS_PER_PASS, Planner } from './planner.js';
import type { DispatchConfig } from './view.js';

/** Ready issues at the beginning; 10⁵ with `RIG_BACKLOG_ISSUES=100000`, the assertions are the same. */
const BACKLOG = Number(process.env['RIG_BACKLOG_ISSUES'] ?? 4_000);
const AGENTS = 50;

const policy = { ...SAFE_DEFAULTS, dispatch: 'on', acceptance: 'auto', maxPerHour: 1_000_000 } as const;

/** A rig without a conductor: what is proposed is committed, and what is assigned is done when it is told to be. */
const createRig = (agents: number) => {
  const board = emptyBoard();
  const inFlight = new InFlight();
  const planner = new Planner(board, inFlight);
  const looked = { times: 0 };
  const config: DispatchConfig = {
    agents: Array.from({ length: agents }, (_, index) => agent(`author-${index}`, { maxPerHour: 1_000_000 })),
    // Asked whenever an issue is looked at: what is counted is how much a pass looks at.
    policyOf: () => {
      looked.times += 1;
      return policy;
    },
  };
  let now = EPOCH;
  const add = <T extends EventType>(
    subject: string,
    type: T,
    data: Partial<EventDataOf<T>>,
    causationid?: string,
  ): void => {
    const envelope = { id: '', source: 'rig/conductor', dataschema: '', time: '', version: 1, correlationid: '' };
    const about = { ...envelope, subject, type, data, causationid, position: board.position + 1 };
    const event = { ...about, actor: { kind: 'service', id: 'conductor' } } as unknown as RigEvent;
    applyToBoard(board, event, now);
    answer(inFlight, event);
  };
  const file = (from: number, count: number): void => {
    for (let number = from; number < from + count; number++) {
      const openedAt = new Date(EPOCH + number * 1_000).toISOString();
      add(issue(number), 'ISSUE_OPENED', { repo: 'acme/greeter', number, labels: [], openedAt });
      add(issue(number), 'ISSUE_APPROVED', {});
    }
  };
  const pass = () => {
    looked.times = 0;
    const { intents } = planner.decide(config, ++now);
    for (const intent of intents) {
      const factId = `fact-${now}-${intent.key}`;
      inFlight.set(intent.key, { factId, intent, sentAt: now });
    }
    return { intents, looked: looked.times };
  };
  const commit = (): readonly string[] => {
    const assigned: string[] = [];
    for (const { intent, factId } of [...inFlight.values()]) {
      const { subject } = intent;
      if (intent.kind === 'defer') add(subject, 'ISSUE_DEFERRED', { code: intent.code }, factId);
      if (intent.kind !== 'assign') continue;
      assigned.push(subject);
      add(subject, 'ISSUE_ASSIGNED', { taskId: subject, agent: intent.agent }, factId);
    }
    return assigned;
  };
  const finish = (subjects: readonly string[]): void => {
    for (const subject of subjects) add(subject, 'ISSUE_CLOSED', {});
  };
  return { board, inFlight, planner, file, pass, commit, finish };
};

/** Brings every reason to the log, so that only work is left. */
const settle = (rig: ReturnType<typeof createRig>): readonly string[] => {
  const held: string[] = [];
  for (;;) {
    const { intents } = rig.pass();
    expect(intents.length).toBeLessThanOrEqual(INTENTS_PER_PASS);
    expect(rig.inFlight.size).toBeLessThanOrEqual(INTENTS_PER_PASS);
    if (intents.length === 0) return held;
    held.push(...rig.commit());
  }
};

const drain = (backlog: number) => {
  const rig = createRig(AGENTS);
  rig.file(1, backlog);
  let held = settle(rig);
  const done = [...held];
  const looks: number[] = [];
  for (let turn = 0; held.length > 0; turn++) {
    rig.finish(held);
    const { intents, looked } = rig.pass();
    const left = backlog - done.length;
    expect(intents).toHaveLength(Math.min(AGENTS, left));
    if (left >= 2 * AGENTS) looks.push(looked);
    held = rig.commit();
    done.push(...held);
    expect(rig.board.tasks.size).toBeLessThanOrEqual(AGENTS);
  }
  return { rig, done, looks };
};

describe('a backlog of ready issues', () => {
  it('is worked off in its order, as many in each pass as agents are free', () => {
    const { rig, done } = drain(BACKLOG);
    expect(done).toEqual(Array.from({ length: BACKLOG }, (_, index) => issue(index + 1)));
    expect(rig.planner.backlog()).toMatchObject({ readyIssues: 0, assignedTasks: 0, oldestReady: undefined });
  });

  it('makes no pass look at more than a small one does, the first as little as the last', () => {
    const [small, large] = [drain(BACKLOG / 4).looks, drain(BACKLOG).looks];
    expect(new Set(large.slice(1)).size).toBe(1);
    expect(large.at(-1)).toBe(small.at(-1));
    expect(Math.max(...large.slice(1))).toBeLessThan(40 * AGENTS);
  });

  it('leaves nothing behind but the closed issues that are kept in case they are opened again', () => {
    const { rig } = drain(BACKLOG);
    expect(rig.board.issues.size).toBe(CLOSED_KEPT);
    expect(rig.board.issues.openCount).toBe(0);
    expect([rig.board.tasks.size, rig.inFlight.size]).toEqual([0, 0]);
    expect(rig.planner.backlog().waiting.size).toBe(0);
  });

  it('is taken in without looking at it again for every event', () => {
    const rig = createRig(AGENTS);
    rig.file(1, BACKLOG);
    settle(rig);
    rig.file(BACKLOG + 1, 1);
    expect(rig.pass().looked).toBeLessThan(20);
    expect(rig.board.touched.take()).toEqual(new Set());
    expect(rig.planner.backlog().readyIssues).toBe(BACKLOG + 1 - AGENTS);
  });
});
