import { describe, expect, it } from '@jest/globals';
import type { EventType } from '@rig/contracts';
import fc from 'fast-check';
import { fromSnapshot, toSnapshot } from './board-snapshot.js';
import {
  agent,
  config,
  createHistory,
  EPOCH,
  HEAD_1,
  HEAD_2,
  issue,
  pull,
  taskOf,
  type History,
} from '../testing/history.fixture.spec.js';
import { applyToBoard, type Board } from '../core/board.js';
import { InFlight } from '../core/in-flight.js';
import { Planner } from '../core/planner.js';

const AGENTS = [
  agent('author-1', { slots: 2 }),
  agent('author-2', { delivery: 'http' }),
  agent('author-3'),
  agent('reviewer-1', { role: 'reviewer' }),
];
const CONFIG = config(AGENTS);

const ISSUE_STEPS: readonly EventType[] = [
  'ISSUE_OPENED',
  'ISSUE_APPROVED',
  'ISSUE_APPROVED',
  'ISSUE_ASSIGNED',
  'ATTEMPT_STARTED',
  'ATTEMPT_LOST',
  'WORK_FAILED',
  'WORK_COMPLETED',
  'ISSUE_UNASSIGNED',
  'ISSUE_BLOCKED',
  'ISSUE_UNBLOCKED',
  'ISSUE_CLOSED',
  'ISSUE_REOPENED',
  'ISSUE_DEFERRED',
  'FACT_REFUSED',
];
const PULL_STEPS: readonly EventType[] = [
  'PR_OPENED',
  'PR_LINKED',
  'PR_UPDATED',
  'PR_DRAFTED',
  'PR_READY',
  'CI_STARTED',
  'CI_PASSED',
  'CI_FAILED',
  'REVIEW_ASSIGNED',
  'FIX_ASSIGNED',
  'WORK_FAILED',
  'WORK_COMPLETED',
  'REVIEW_APPROVED',
  'REVIEW_CHANGES_REQUESTED',
  'REVIEW_DISMISSED',
  'PR_CLOSED',
  'PR_REOPENED',
  'PR_MERGED',
];

/** Any order of events at all: more than the conductor would ever commit. */
const histories = fc.array(
  fc.record({
    number: fc.integer({ min: 1, max: 4 }),
    step: fc.oneof(fc.constantFrom(...ISSUE_STEPS), fc.constantFrom(...PULL_STEPS)),
    who: fc.constantFrom(...AGENTS.map(({ id }) => id)),
    head: fc.constantFrom(HEAD_1, HEAD_2),
    task: fc.constantFrom('a', 'b', 'c', 'd'),
  }),
  { maxLength: 80 },
);

const build = (steps: typeof histories extends fc.Arbitrary<infer T> ? T : never): History => {
  const history = createHistory();
  for (const { number, step, who, head, task } of steps) {
    const subject = ISSUE_STEPS.includes(step) ? issue(number) : pull(number);
    const data = { number, agent: who, headSha: head, taskId: taskOf(task), issue: number, labels: [], draft: false };
    history.add(subject, step, data);
  }
  return history;
};

const intentsOf = (board: Board, now: number, inFlight = new InFlight()) =>
  new Planner(board, inFlight).decide(CONFIG, now).intents;

describe('for any history', () => {
  it('no subject is proposed twice, no agent above its slots, no author as reviewer', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const history = build(steps);
        const board = history.board();
        const held = new Map<string, number>();
        for (const { agent: holder } of board.tasks.values()) held.set(holder, (held.get(holder) ?? 0) + 1);
        const before = new Map(held);
        const subjects = new Set<string>();
        for (const intent of intentsOf(board, history.now())) {
          if (intent.kind !== 'assign') continue;
          expect(subjects.has(intent.subject)).toBe(false);
          subjects.add(intent.subject);
          expect([...board.tasks.values()].some(({ subject }) => subject === intent.subject)).toBe(false);
          if (intent.task === 'review') expect(board.pulls.get(intent.subject)?.agent).not.toBe(intent.agent);
          held.set(intent.agent, (held.get(intent.agent) ?? 0) + 1);
        }
        for (const { id, slots } of AGENTS) {
          expect(held.get(id) ?? 0).toBeLessThanOrEqual(Math.max(slots, before.get(id) ?? 0));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('what is in flight is not proposed again, and both together stay within the slots', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const history = build(steps);
        const board = history.board();
        const first = intentsOf(board, history.now());
        const inFlight = new InFlight();
        for (const intent of first) {
          inFlight.set(intent.key, { factId: taskOf(intent.key), intent, sentAt: history.now() });
        }
        const assigned = intentsOf(board, history.now(), inFlight).filter(({ kind }) => kind === 'assign');
        expect(assigned).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('a snapshot and the rest of the history make the same board as the whole history', () => {
    fc.assert(
      fc.property(histories, fc.nat(80), (steps, cut) => {
        const history = build(steps);
        const prefix = { ...history, events: history.events.slice(0, cut) };
        const half = createHistory();
        half.events.push(...prefix.events);
        const restored = fromSnapshot(JSON.parse(JSON.stringify(toSnapshot(half.board()))));
        expect(restored).toBeDefined();
        if (restored === undefined) return;
        // From the start: what the snapshot has already is passed over.
        for (const event of history.events) applyToBoard(restored, event, EPOCH + event.position * 1_000);
        const whole = history.board();
        expect(toSnapshot(restored)).toEqual(toSnapshot(whole));
        expect(intentsOf(restored, history.now())).toEqual(intentsOf(whole, history.now()));
      }),
      { numRuns: 200 },
    );
  });
});
