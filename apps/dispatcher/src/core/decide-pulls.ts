import { issueSubject } from '@rig/contracts';
import type { TaskKind } from '@rig/contracts';
import { rank, type RepositoryPolicy } from '@rig/policy';
import type { Board } from './board.js';
import { chooseAgent } from './choose-agent.js';
import { assignKey } from './intent.js';
import type { IssueItem } from './issue-item.js';
import { headChecks, headVerdict, type PullItem } from './pull-item.js';
import type { Pass } from './pass.js';
import { refusedUntil } from './refusals.js';

/** What a pull request needs from an agent; or the code of what it waits for; or nothing at all. */
export type Need = { readonly task: Exclude<TaskKind, 'implement'> } | { readonly waits: string } | undefined;

const needOfFix = (pull: PullItem, policy: RepositoryPolicy): Need => {
  // The review first: its fix makes a new head, on which the checks run again anyway, and the round is not wasted.
  if (headVerdict(pull) === 'changes-requested') {
    if (pull.rounds > policy.reviewRounds) return { waits: 'REVIEW_ROUNDS_REACHED' };
    return pull.fixedReviewHead === pull.headSha ? { waits: 'AWAITS_NEW_HEAD' } : { task: 'fix-review' };
  }
  if (policy.ci === 'required' && headChecks(pull) === 'failed') {
    return pull.fixedCiHead === pull.headSha ? { waits: 'AWAITS_NEW_HEAD' } : { task: 'fix-ci' };
  }
  return undefined;
};

const needOfReview = (pull: PullItem, policy: RepositoryPolicy): Need => {
  if (pull.draft) return { waits: 'DRAFT' };
  if (headVerdict(pull) === 'approved') return undefined;
  if (policy.ci === 'required' && headChecks(pull) !== 'passed') return { waits: 'AWAITS_CHECKS' };
  if (pull.reviewedHead === pull.headSha) return { waits: 'AWAITS_VERDICT' };
  return pull.rounds > policy.reviewRounds ? { waits: 'REVIEW_ROUNDS_REACHED' } : { task: 'review' };
};

/** What an open pull request of an agent needs next, by itself. */
export const needOf = (pull: PullItem, policy: RepositoryPolicy): Need =>
  needOfFix(pull, policy) ?? needOfReview(pull, policy);

const holdBack = (pull: PullItem, issue: IssueItem | undefined, policy: RepositoryPolicy, now: number): Need => {
  if (issue?.blocked === true) return { waits: 'ISSUE_BLOCKED' };
  if (issue?.open === false) return { waits: 'ISSUE_CLOSED' };
  if (pull.failures >= policy.maxAttempts) return { waits: 'ATTEMPTS_EXHAUSTED' };
  if (pull.notBefore > now) return { waits: 'BACKING_OFF' };
  const refused = refusedUntil(pull.refusals, 'ASSIGN_TASK', now);
  return refused === undefined ? undefined : { waits: refused.code };
};

const issueOf = (board: Board, pull: PullItem): IssueItem | undefined =>
  pull.issue === null ? undefined : board.issues.get(issueSubject(pull.repo, pull.issue));

interface Candidate {
  readonly pull: PullItem;
  readonly issue: IssueItem | undefined;
}

/** Open pull requests of agents on which nobody works, in the order of their issues. */
const candidates = (board: Board): readonly Candidate[] => {
  const busy = new Set([...board.tasks.values()].map((task) => task.subject));
  const rankOf = ({ pull, issue }: Candidate): Parameters<typeof rank>[0] =>
    issue ?? { priority: 2, openedAt: pull.openedAt, subject: pull.subject };
  return [...board.pulls.values()]
    .filter((pull) => pull.open && pull.agent !== null && !busy.has(pull.subject))
    .map((pull) => ({ pull, issue: issueOf(board, pull) }))
    .filter(({ issue }) => issue === undefined || !busy.has(issue.subject))
    .sort((a, b) => rank(rankOf(a), rankOf(b)));
};

const WAIT_MESSAGES: Readonly<Record<string, string>> = {
  REVIEW_ROUNDS_REACHED: 'the review rounds are used up; a person must decide',
  ATTEMPTS_EXHAUSTED: 'every allowed attempt at a review or fix failed; a person must look at it',
  AWAITS_NEW_HEAD: 'a fix was handed in, and the commit it should have made has not been seen',
};

/** Gives each pull request that needs it a reviewer, or its author a fix. */
export const decidePulls = (pass: Pass): void => {
  for (const { pull, issue } of candidates(pass.board)) {
    const { subject, repo, headSha, agent: author } = pull;
    const key = assignKey(subject);
    if (pass.inFlight.has(key)) continue;
    const policy = pass.config.policyOf(repo);
    const wanted = needOf(pull, policy);
    if (wanted === undefined) continue;
    const need = 'waits' in wanted ? wanted : (holdBack(pull, issue, policy, pass.now) ?? wanted);
    if ('waits' in need) {
      pass.wait(subject, { code: need.waits, message: WAIT_MESSAGES[need.waits] ?? 'it waits for something else' });
      continue;
    }
    const wish = { kind: need.task, repo, labels: issue?.labels ?? [], policy, author, pauses: pass.board.pauses };
    const chosen = chooseAgent(pass.config.agents, wish, pass.capacity);
    if (!chosen.ok) pass.wait(subject, { code: chosen.refusal.code, message: chosen.refusal.message });
    else pass.assign({ kind: 'assign', key, subject, task: need.task, agent: chosen.value.id, headSha }, repo);
  }
};
