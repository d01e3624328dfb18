import { describe, expect, it } from '@jest/globals';
import type { GateCheckName } from '@rig/contracts';
import { repoPolicy } from '@rig/policy';
import { given, inReview, onPull, SHA, NEXT_SHA, AT, LATER, step } from '../testing/history.js';
import { decideGate } from './decide-gate.js';
import { evaluateGate } from './evaluate-gate.js';
import type { GateInput, GateView } from './gate-view.js';

const policy = {
  ...repoPolicy({ defaults: {}, repositories: {} }, 'acme/greeter'),
  dispatch: 'on' as const,
  acceptance: 'auto' as const,
};
const world = given(...inReview);

const view: GateView = {
  pull: {
    title: 'feat: greet by name',
    body: '## Summary\nGreets.\n\n## Test plan\nnpm test\n\nCloses #7',
    labels: [],
    author: 'rig-author[bot]',
    state: 'open',
    draft: false,
    headSha: SHA,
    mergeable: true,
    changedFiles: 2,
  },
  reviews: [{ by: 'rig-reviewer[bot]', state: 'approved', headSha: SHA, submittedAt: AT }],
  threads: [{ resolved: true, path: 'src/greet.js' }],
  checks: [{ name: 'test', state: 'passed' }],
  requiredChecks: ['test'],
  strict: false,
  behindBy: 0,
  ownedPaths: [],
};

const input = (change: Partial<GateView> = {}, pull: Partial<GateView['pull']> = {}): GateInput => {
  if (world.pull === undefined) throw new Error('no pull request');
  return {
    view: { ...view, ...change, pull: { ...view.pull, ...pull } },
    pull: world.pull,
    issue: world.issue,
    policy,
    pause: undefined,
  };
};
const held = (from: GateInput): readonly GateCheckName[] =>
  evaluateGate(from).checks.flatMap(({ check, outcome }) => (outcome === 'hold' ? [check] : []));

describe('the merge gate', () => {
  it('passes when nothing stands against it', () => {
    expect(evaluateGate(input())).toMatchObject({ passed: true });
  });

  it.each<[string, GateCheckName, GateInput]>([
    ['a closed pull request', 'open', input({}, { state: 'closed' })],
    [
      'a pause',
      'pause',
      {
        ...input(),
        pause: { subject: 'system/rig', by: 'ada', reason: '', stopRunning: false, position: 9, since: AT },
      },
    ],
    ['a draft', 'draft', input({}, { draft: true })],
    ['the label manual-merge', 'manual-merge', input({}, { labels: ['manual-merge'] })],
    ['an empty diff', 'diff', input({}, { changedFiles: 0 })],
    ['a title in free form', 'title-and-body', input({}, { title: 'Greet by name' })],
    ['a title of 70 characters', 'title-and-body', input({}, { title: `feat: ${'x'.repeat(64)}` })],
    ['a body without a test plan', 'title-and-body', input({}, { body: '## Summary\nx\n\nCloses #7' })],
    ['a body that closes nothing', 'closes-issue', input({}, { body: view.pull.body.replace('Closes #7', '') })],
    [
      "a body that closes somebody else's issue",
      'closes-issue',
      input({}, { body: view.pull.body.replace('#7', '#9') }),
    ],
    ['a required check that failed', 'required-checks', input({ checks: [{ name: 'test', state: 'failed' }] })],
    ['a required check that runs', 'required-checks', input({ checks: [{ name: 'test', state: 'pending' }] })],
    ['a required check that never reported', 'required-checks', input({ checks: [] })],
    ['a required check added late', 'required-checks', input({ requiredChecks: ['test', 'lint'] })],
    ['no required check at all', 'required-checks', input({ requiredChecks: [] })],
    ['no approval', 'approval', input({ reviews: [] })],
    [
      "the author's own approval",
      'approval',
      input({ reviews: [{ by: 'rig-author[bot]', state: 'approved', headSha: SHA, submittedAt: AT }] }),
    ],
    [
      'an approval of an older commit',
      'approval',
      input({ reviews: [{ by: 'ada', state: 'approved', headSha: NEXT_SHA, submittedAt: AT }] }),
    ],
    [
      'an approval that the same reviewer took back',
      'approval',
      input({
        reviews: [
          { by: 'ada', state: 'approved', headSha: SHA, submittedAt: AT },
          { by: 'ada', state: 'changes-requested', headSha: SHA, submittedAt: LATER },
        ],
      }),
    ],
    ['an unresolved thread', 'threads', input({ threads: [{ resolved: false, path: 'a' }] })],
    ['an owned path without its owner', 'codeowners', input({ ownedPaths: [{ path: 'infra/x', owners: ['@ada'] }] })],
    ['a conflict', 'mergeable', input({}, { mergeable: false })],
    ['an undecided mergeability', 'mergeable', input({}, { mergeable: null })],
    ['a branch behind a strict base', 'mergeable', input({ strict: true, behindBy: 2 })],
    [
      'a policy that leaves the merge to a person',
      'acceptance',
      { ...input(), policy: { ...policy, acceptance: 'person' } },
    ],
    ['more rounds than the cap', 'review-rounds', { ...input(), pull: { ...input().pull, rounds: 4 } }],
  ])('holds for %s', (_why, check, from) => {
    expect(held(from)).toEqual([check]);
  });

  it('lets a policy without CI pass with no required check', () => {
    expect(held({ ...input({ requiredChecks: [], checks: [] }), policy: { ...policy, ci: 'none' } })).toEqual([]);
  });

  it('holds when the issue was not assigned for this pull request', () => {
    const issue = world.issue && { ...world.issue, pr: 99 };
    expect(held({ ...input(), issue })).toEqual(['closes-issue']);
  });

  it('says what clears each hold', () => {
    const results = evaluateGate(input({ reviews: [] })).checks;
    expect(results.filter(({ outcome }) => outcome === 'hold').every(({ clearedBy }) => clearedBy !== null)).toBe(true);
  });
});

describe("recording the gate's answer", () => {
  const verdict = evaluateGate(input());
  const holding = evaluateGate(input({ reviews: [] }));
  const typesOf = (decision: ReturnType<typeof decideGate>) =>
    decision.ok ? decision.value.map(({ body }) => body.type) : decision.refusal.code;

  it('asks for the merge of exactly the head that passed', () => {
    const decision = decideGate(world, SHA, verdict);
    expect(typesOf(decision)).toEqual(['MERGE_GATE_PASSED', 'MERGE_REQUESTED']);
    expect(decision.ok && decision.value[1]?.body.data).toMatchObject({ headSha: SHA });
  });

  it('records a hold once', () => {
    expect(typesOf(decideGate(world, SHA, holding))).toEqual(['MERGE_GATE_HELD']);
    const recorded = given(
      ...inReview,
      onPull({ type: 'MERGE_GATE_HELD', data: { headSha: SHA, checks: [...holding.checks] } }),
    );
    expect(typesOf(decideGate(recorded, SHA, holding))).toEqual([]);
  });

  it('asks for a merge once', () => {
    const requested = given(...inReview, onPull({ type: 'MERGE_REQUESTED', data: { headSha: SHA, title: 't' } }));
    expect(typesOf(decideGate(requested, SHA, verdict))).toEqual([]);
  });

  it('refuses a verdict about a head that has moved', () => {
    expect(typesOf(decideGate(world, NEXT_SHA, verdict))).toBe('HEAD_MOVED');
  });

  it('gives up after five refused merges of one head', () => {
    const failure = onPull({ type: 'MERGE_FAILED', data: { headSha: SHA, code: 'NOT_ALLOWED', message: 'no' } });
    const failed = given(...inReview, step.approvedBy('ada'), failure, failure, failure, failure, failure);
    expect(typesOf(decideGate(failed, SHA, verdict))).toBe('MERGE_REFUSED');
  });
});
