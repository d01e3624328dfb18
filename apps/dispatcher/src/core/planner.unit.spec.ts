import { describe, expect, it } from '@jest/globals';
import { agentSubject, repoSubject, RIG_SUBJECT, type EventType, type RigEvent } from '@rig/contracts';
import { SAFE_DEFAULTS, type RepositoryPolicy } from '@rig/policy';
import fc from 'fast-check';
import { agent, createHistory, EPOCH, HEAD_1, HEAD_2, issue, pull, taskOf } from '../testing/history.fixture.spec.js';
import { expectedOf } from '../testing/oracle.fixture.spec.js';
import { applyToBoard, emptyBoard, type Board } from './board.js';
import { answer, expire, InFlight } from './in-flight.js';
import { INTENTS_PER_PASS, Planner } from './planner.js';
import type { DispatchConfig } from './view.js';

const REPOS = ['acme/greeter', 'acme/parser', 'acme/docs'] as const;

const CREW = [
  agent('author-1', { slots: 2 }),
  agent('author-2', { delivery: 'http', maxPerHour: 2 }),
  agent('author-3', { capabilities: ['python'], maxPerHour: 2 }),
  agent('author-4', { capabilities: ['python', 'go'] }),
  agent('reviewer-1', { role: 'reviewer', slots: 2 }),
  agent('reviewer-2', { role: 'reviewer', maxPerHour: 1 }),
];

const policies = (change: Partial<Record<string, Partial<RepositoryPolicy>>> = {}): DispatchConfig['policyOf'] => {
  return (repo) => ({ ...SAFE_DEFAULTS, dispatch: 'on', acceptance: 'auto', ...change[repo] });
};

/** Configurations that an operator may switch between while everything runs. */
const CONFIGS: readonly DispatchConfig[] = [
  { agents: CREW, policyOf: policies() },
  { agents: CREW, policyOf: policies({ [REPOS[0]]: { maxPerHour: 2 }, [REPOS[1]]: { ci: 'none', maxPerHour: 1 } }) },
  { agents: CREW, policyOf: policies({ [REPOS[0]]: { dispatch: 'off' }, [REPOS[1]]: { tier: 'T3' } }) },
  { agents: CREW.slice(0, 2), policyOf: policies() },
  { agents: [], policyOf: policies() },
  // An author of yesterday reviews today.
  { agents: [agent('author-1', { role: 'reviewer' }), ...CREW.slice(2)], policyOf: policies() },
];

const ISSUE_STEPS: readonly EventType[] = [
  ...(['ISSUE_OPENED', 'ISSUE_OPENED', 'ISSUE_APPROVED', 'ISSUE_APPROVED', 'ISSUE_APPROVED'] as const),
  ...(['ISSUE_EDITED', 'ISSUE_PRIORITISED', 'ISSUE_APPROVAL_WITHDRAWN'] as const),
  ...(['ISSUE_ASSIGNED', 'ATTEMPT_STARTED', 'ATTEMPT_LOST', 'WORK_FAILED', 'WORK_COMPLETED'] as const),
  ...(['ISSUE_UNASSIGNED', 'ISSUE_BLOCKED', 'ISSUE_UNBLOCKED', 'ISSUE_CLOSED', 'ISSUE_REOPENED'] as const),
  ...(['ISSUE_DEFERRED', 'FACT_REFUSED'] as const),
];
const PULL_STEPS: readonly EventType[] = [
  ...(['PR_OPENED', 'PR_OPENED', 'PR_LINKED', 'PR_UPDATED', 'PR_DRAFTED', 'PR_READY'] as const),
  ...(['CI_PASSED', 'CI_PASSED', 'CI_FAILED', 'REVIEW_ASSIGNED', 'FIX_ASSIGNED', 'WORK_FAILED'] as const),
  ...(['WORK_COMPLETED', 'REVIEW_APPROVED', 'REVIEW_CHANGES_REQUESTED', 'PR_CLOSED', 'PR_MERGED'] as const),
  ...(['PR_UNBLOCKED', 'FACT_REFUSED'] as const),
];
const PAUSE_STEPS: readonly EventType[] = [
  ...(['AGENT_PAUSED', 'AGENT_RESUMED', 'REPOSITORY_PAUSED', 'REPOSITORY_RESUMED'] as const),
  ...(['RIG_PAUSED', 'RIG_RESUMED', 'RIG_RESUMED'] as const),
];

const happening = fc.record({
  step: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...ISSUE_STEPS) },
    { weight: 10, arbitrary: fc.constantFrom(...PULL_STEPS) },
    { weight: 1, arbitrary: fc.constantFrom(...PAUSE_STEPS) },
  ),
  number: fc.integer({ min: 1, max: 4 }),
  repo: fc.constantFrom(REPOS[0], REPOS[0], ...REPOS),
  who: fc.constantFrom(...CREW.map(({ id }) => id)),
  head: fc.constantFrom(HEAD_1, HEAD_2),
  task: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  labels: fc.subarray(['requires-python', 'requires-go', 'bug'], { maxLength: 2 }),
  code: fc.constantFrom('NO_FREE_SLOT', 'RATE_EXCEEDED', 'TESTS_FAILED', 'HANDED_BACK'),
  priority: fc.integer({ min: 0, max: 3 }),
  minute: fc.integer({ min: 0, max: 90 }),
});

/** Something to work on from the start; otherwise most histories are over before they begin. */
const beginning = fc
  .record({ issues: fc.array(happening, { maxLength: 6 }), pulls: fc.array(happening, { maxLength: 4 }) })
  .map(({ issues, pulls }): readonly Happening[] => [
    ...issues.flatMap((one) => [
      { ...one, step: 'ISSUE_OPENED' as const },
      { ...one, step: 'ISSUE_APPROVED' as const },
    ]),
    ...pulls.flatMap((one) => [
      { ...one, step: 'PR_OPENED' as const },
      { ...one, step: 'PR_LINKED' as const },
      { ...one, step: 'CI_PASSED' as const },
    ]),
  ]);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 20, arbitrary: happening.map((event) => ({ do: 'event' as const, event })) },
  { weight: 4, arbitrary: fc.nat(6).map((count) => ({ do: 'send' as const, count })) },
  { weight: 3, arbitrary: fc.nat(6).map((which) => ({ do: 'answer' as const, which })) },
  { weight: 3, arbitrary: fc.integer({ min: -2_000, max: 20_000 }).map((ms) => ({ do: 'wait' as const, ms })) },
  { weight: 2, arbitrary: fc.constantFrom(-15_000, 1_800_000).map((ms) => ({ do: 'wait' as const, ms })) },
  { weight: 1, arbitrary: fc.nat(CONFIGS.length - 1).map((which) => ({ do: 'configure' as const, which })) },
  { weight: 8, arbitrary: fc.constant({ do: 'decide' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const subjectOf = ({ step: type, repo, number, who }: Happening): string => {
  if (type.startsWith('AGENT_')) return agentSubject(who);
  if (type.startsWith('REPOSITORY_')) return repoSubject(repo);
  if (type.startsWith('RIG_')) return RIG_SUBJECT;
  return PULL_STEPS.includes(type) && (!ISSUE_STEPS.includes(type) || number % 2 === 0)
    ? pull(number, repo)
    : issue(number, repo);
};

/** A planner that lives through a history, beside what it must come to at any moment. */
const createLife = () => {
  const history = createHistory();
  const board: Board = emptyBoard();
  const inFlight = new InFlight();
  const planner = new Planner(board, inFlight);
  let config = CONFIGS[0] ?? { agents: [], policyOf: policies() };
  let now = EPOCH;
  let facts = 0;
  const apply = (event: RigEvent): void => {
    applyToBoard(board, event, now - 1_000 * (event.position % 3));
    answer(inFlight, event);
  };
  const happen = (one: Happening): void => {
    const { repo, number, who: holder, head, task, labels, code, priority, minute } = one;
    const openedAt = new Date(EPOCH + minute * 60_000).toISOString();
    const about = { repo, number, labels, openedAt, priority, code, factType: 'ASSIGN_TASK', factId: taskOf('none') };
    const work = { agent: holder, headSha: head, taskId: taskOf(task), draft: false, pr: null, by: holder };
    // Linked to issues of small numbers, so that two pull requests are often of one issue.
    apply(history.add(subjectOf(one), one.step, { ...about, ...work, issue: 1 + (number % 2), reviewId: task }));
  };
  const compare = (): void => {
    const expected = expectedOf(board, config, inFlight, now);
    const decision = planner.decide(config, now);
    expect(decision.intents).toEqual(expected.intents);
    if (expected.cut) return;
    const subjects = [...board.issues.values(), ...board.pulls.values()].map(({ subject }) => subject);
    for (const subject of subjects) {
      expect([subject, decision.waits.codeOf(subject)]).toEqual([subject, expected.waits.get(subject)]);
    }
    const counts: Record<string, number> = {};
    for (const code of expected.waits.values()) counts[code] = (counts[code] ?? 0) + 1;
    expect(Object.fromEntries(decision.waits.counts)).toEqual(counts);
  };
  const send = (count: number): void => {
    for (const intent of planner.decide(config, now).intents.slice(0, count)) {
      inFlight.set(intent.key, { factId: taskOf(`fact-${++facts}`), intent, sentAt: now });
    }
  };
  const answerOne = (which: number): void => {
    const proposal = [...inFlight.values()][which];
    if (proposal === undefined) return;
    const { intent, factId } = proposal;
    const data = { agent: intent.kind === 'assign' ? intent.agent : '', taskId: taskOf(factId), code: 'LATE' };
    const type = intent.kind === 'defer' ? 'ISSUE_DEFERRED' : which % 2 === 0 ? 'ISSUE_ASSIGNED' : 'FACT_REFUSED';
    const refused = { factId, factType: intent.kind === 'defer' ? 'ISSUE_DEFERRED' : 'ASSIGN_TASK' };
    apply(history.add(intent.subject, type, { ...data, ...(type === 'FACT_REFUSED' ? refused : {}) }, factId));
  };
  const live = (one: Step): void => {
    if (one.do === 'event') happen(one.event);
    if (one.do === 'send') send(one.count);
    if (one.do === 'answer') answerOne(one.which);
    if (one.do === 'configure') config = CONFIGS[one.which] ?? config;
    if (one.do === 'decide') compare();
    if (one.do !== 'wait') return;
    now += one.ms;
    expire(inFlight, now);
  };
  return { board, inFlight, planner, live, compare, happen };
};

describe('a planner that lives through any history', () => {
  it('proposes at any moment what the whole board, looked at anew, comes to', () => {
    fc.assert(
      fc.property(beginning, fc.array(step, { maxLength: 80, size: 'max' }), (begun, steps) => {
        const life = createLife();
        for (const one of begun) life.happen(one);
        for (const one of steps) life.live(one);
        life.compare();
      }),
      { numRuns: Number(process.env['PLANNER_RUNS'] ?? 300) },
    );
  });
});

describe('a planner with more to give than a pass may', () => {
  const agents = Array.from({ length: 300 }, (_, index) => agent(`author-${index}`, { slots: 1 + (index % 2) }));
  const config: DispatchConfig = { agents, policyOf: policies() };

  it('gives the first 256 in their order, and the rest in the next passes', () => {
    const history = createHistory();
    for (let number = 1; number <= 600; number++) {
      const openedAt = new Date(EPOCH + (number % 37) * 60_000).toISOString();
      const repo = REPOS[number % 3] ?? REPOS[0];
      history.add(issue(number, repo), 'ISSUE_OPENED', { repo, number, labels: [], openedAt });
      history.add(issue(number, repo), 'ISSUE_APPROVED');
    }
    const board = history.board();
    const inFlight = new InFlight();
    const planner = new Planner(board, inFlight);
    const sizes: number[] = [];
    for (let pass = 0; pass < 4; pass++) {
      const { intents } = planner.decide(config, history.now());
      expect(intents).toEqual(expectedOf(board, config, inFlight, history.now()).intents);
      sizes.push(intents.length);
      for (const intent of intents) {
        inFlight.set(intent.key, { factId: taskOf(intent.key), intent, sentAt: history.now() });
      }
    }
    expect(sizes).toEqual([INTENTS_PER_PASS, 194 + 62, 88, 0]);
  });
});
