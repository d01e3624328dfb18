import { parsePlace, type GateCheckResult, type RigEvent, type TaskKind } from '@rig/contracts';
import { oneLine, shortSha } from './format.js';
import type { IssueBoard } from './issue-board.js';

/** One thing that happened, as a sentence; the tone decides its colour. */
export interface Line {
  readonly tone: 'plain' | 'good' | 'bad' | 'dim';
  readonly text: string;
}

const plain = (text: string): Line => ({ tone: 'plain', text });
const good = (text: string): Line => ({ tone: 'good', text });
const bad = (text: string): Line => ({ tone: 'bad', text });
const dim = (text: string): Line => ({ tone: 'dim', text });

const quoted = (text: string): string => `“${oneLine(text, 100)}”`;

const workOf = (kind: TaskKind | undefined, here: string): string => {
  switch (kind) {
    case 'implement':
      return `starts to implement ${here}`;
    case 'review':
      return `starts to review pull request ${here}`;
    case 'fix-review':
      return `starts to answer the review of pull request ${here}`;
    case 'fix-ci':
      return `starts to mend the failing check of pull request ${here}`;
    default:
      return `starts a task on ${here}`;
  }
};

const resultOf = (kind: TaskKind, verdict: 'approved' | 'changes-requested' | null, pr: number | null): string => {
  if (kind === 'review')
    return verdict === 'approved' ? 'ends its review: approved' : 'ends its review: changes wanted';
  if (kind === 'implement') return `has done the work: pull request #${pr ?? '?'}`;
  return kind === 'fix-ci' ? 'has pushed a repair of the failing check' : 'has pushed its answer to the review';
};

/** Holds that end by themselves say little; what needs someone's act says how. */
const heldBecause = (checks: readonly GateCheckResult[]): string =>
  checks
    .filter((check) => check.outcome === 'hold')
    .map((check) => `${check.check}: ${oneLine(check.reason, 90)}`)
    .join('; ');

const aboutIssue = (event: RigEvent, here: string): Line | null => {
  switch (event.type) {
    case 'ISSUE_OPENED':
      return plain(`${event.data.author} filed issue ${here} ${quoted(event.data.title)}`);
    case 'ISSUE_APPROVED':
      return plain(`${event.data.by} released ${here} for agents (label ${oneLine(event.data.label, 50)})`);
    case 'ISSUE_APPROVAL_WITHDRAWN':
      return bad(`${event.data.by} took the release of ${here} back`);
    case 'ISSUE_PRIORITISED':
      return dim(`${here} has priority P${event.data.priority}`);
    case 'ISSUE_ASSIGNED':
      return plain(`${here} goes to agent ${event.data.agent} (tier ${event.data.tier}, by ${event.data.delivery})`);
    case 'ISSUE_UNASSIGNED':
      return bad(`${here} is taken from ${event.data.agent}: ${oneLine(event.data.message)}`);
    case 'ISSUE_DEFERRED':
      return dim(`${here} waits: ${oneLine(event.data.message)}`);
    case 'ISSUE_BLOCKED':
      return bad(`${here} is blocked and waits for a person: ${oneLine(event.data.message)}`);
    case 'ISSUE_UNBLOCKED':
      return plain(`${event.data.by} unblocked ${here}`);
    case 'ISSUE_CLOSED':
      return dim(`${here} closed by ${event.data.by}`);
    case 'ISSUE_REOPENED':
      return plain(`${event.data.by} opened ${here} again`);
    case 'ISSUE_DONE':
      return good(`${here} is done: merged as ${shortSha(event.data.mergeCommit)} by pull request #${event.data.pr}`);
    default:
      return null;
  }
};

const aboutWork = (event: RigEvent, board: IssueBoard, here: string): Line | null => {
  switch (event.type) {
    case 'ATTEMPT_STARTED': {
      const work = workOf(board.tasks.get(event.data.taskId)?.kind, here);
      return plain(
        `${event.data.agent} ${work} (worker ${event.data.worker.name}, attempt ${event.data.attempt}, fence ${event.position})`,
      );
    }
    case 'ATTEMPT_LOST':
      return bad(
        `${event.data.agent} lost its worker on ${here}: ${oneLine(event.data.reason)}; the task is offered again`,
      );
    case 'WORK_PROGRESSED':
      return dim(`  ${oneLine(event.data.step, 20)}: ${oneLine(event.data.message)}`);
    case 'WORK_COMPLETED':
      return plain(`${event.data.agent} ${resultOf(event.data.kind, event.data.verdict, event.data.pr)}`);
    case 'WORK_FAILED':
      return bad(`${event.data.agent} failed at ${here} (${event.data.code}): ${oneLine(event.data.message)}`);
    case 'WORK_REPORT_REFUSED':
      return bad(`a late report of ${event.data.agent} on ${here} was refused: ${oneLine(event.data.message)}`);
    case 'FACT_REFUSED':
      return dim(`refused for ${here}: ${event.data.factType}: ${oneLine(event.data.message)}`);
    case 'FIX_ASSIGNED':
      return plain(
        event.data.cause === 'ci'
          ? `${event.data.agent} is to mend the failing check of ${here}`
          : `${event.data.agent} is to answer the review of ${here}`,
      );
    case 'FIX_UNASSIGNED':
      return dim(`the fix of ${here} was called off: ${oneLine(event.data.message)}`);
    default:
      return null;
  }
};

const aboutReview = (event: RigEvent, here: string): Line | null => {
  switch (event.type) {
    case 'REVIEW_ASSIGNED':
      return plain(`pull request ${here} goes to ${event.data.agent} for review`);
    case 'REVIEW_UNASSIGNED':
      return dim(`the review of ${here} was called off: ${oneLine(event.data.message)}`);
    case 'REVIEW_APPROVED':
      return good(`${event.data.by} approved ${here} at ${shortSha(event.data.headSha)}`);
    case 'REVIEW_CHANGES_REQUESTED':
      return bad(`${event.data.by} asked for changes on ${here}: ${oneLine(event.data.body, 100)}`);
    case 'REVIEW_COMMENTED':
      return dim(`${event.data.by} commented on ${here}`);
    case 'REVIEW_DISMISSED':
      return dim(`${event.data.by} dismissed a review of ${here}`);
    case 'REVIEW_THREAD_OPENED':
      return plain(`review thread on ${event.data.path}: ${oneLine(event.data.body, 120)}`);
    case 'REVIEW_THREAD_RESOLVED':
      return good(`${event.data.by} resolved a review thread`);
    default:
      return null;
  }
};

const aboutPull = (event: RigEvent, here: string): Line | null => {
  switch (event.type) {
    case 'PR_OPENED':
      return good(`pull request ${here} ${quoted(event.data.title)} from ${event.data.headRef}`);
    case 'PR_UPDATED':
      return dim(`pull request ${here} now at ${shortSha(event.data.headSha)}`);
    case 'PR_LINKED':
      return event.data.issue === null ? null : dim(`pull request ${here} closes #${event.data.issue}`);
    case 'PR_CLOSED':
      return bad(`${event.data.by} closed pull request ${here} without a merge`);
    case 'PR_REOPENED':
      return plain(`${event.data.by} opened pull request ${here} again`);
    case 'PR_DRAFTED':
      return dim(`pull request ${here} became a draft`);
    case 'PR_READY':
      return plain(`pull request ${here} is ready for review`);
    case 'PR_MERGED':
      return good(`pull request ${here} merged into ${event.data.baseRef} as ${shortSha(event.data.mergeCommit)}`);
    default:
      return null;
  }
};

const aboutGate = (event: RigEvent, here: string): Line | null => {
  switch (event.type) {
    case 'CI_STARTED':
      return dim(`check ${event.data.check} began on ${shortSha(event.data.headSha)}`);
    case 'CI_PASSED':
      return good(`check ${event.data.check} passed on ${shortSha(event.data.headSha)}`);
    case 'CI_FAILED':
      return bad(
        `check ${event.data.check} failed on ${shortSha(event.data.headSha)}: ${oneLine(event.data.summary.split('```')[0] ?? '', 100)}`,
      );
    case 'MERGE_GATE_HELD':
      return dim(`merge gate holds ${here}: ${heldBecause(event.data.checks)}`);
    case 'MERGE_GATE_PASSED': {
      const passed = event.data.checks.filter((check) => check.outcome === 'pass').length;
      return good(`merge gate passed for ${here}: ${passed} checks in order`);
    }
    case 'MERGE_REQUESTED':
      return plain(`the conductor merges ${here}: ${quoted(event.data.title)}`);
    case 'MERGE_FAILED':
      return bad(`the merge of ${here} did not go through (${event.data.code}): ${oneLine(event.data.message)}`);
    default:
      return null;
  }
};

const pausedText = (what: string, event: RigEvent & { data: { reason: string; stopRunning: boolean } }): Line => {
  const why = event.data.reason === '' ? '' : `: ${oneLine(event.data.reason)}`;
  const stopped = event.data.stopRunning ? '; what ran is stopped' : '';
  return bad(`${event.actor.id} paused ${what}${stopped}${why}`);
};

/** What people did to Rig itself. */
const aboutSteering = (event: RigEvent): Line | null => {
  switch (event.type) {
    case 'AGENT_PAUSED':
      return pausedText(`agent ${event.data.agent}`, event);
    case 'REPOSITORY_PAUSED':
      return pausedText(event.data.repo, event);
    case 'RIG_PAUSED':
      return pausedText('everything', event);
    case 'AGENT_RESUMED':
      return plain(`${event.actor.id} lets agent ${event.data.agent} go on`);
    case 'REPOSITORY_RESUMED':
      return plain(`${event.actor.id} lets ${event.data.repo} go on`);
    case 'RIG_RESUMED':
      return plain(`${event.actor.id} lets everything go on`);
    case 'DEAD_LETTER_REDRIVEN':
      return plain(`${event.actor.id} put dead entry ${event.data.id} back on ${event.data.stream}`);
    case 'DEAD_LETTER_DROPPED':
      return bad(`${event.actor.id} dropped dead entry ${event.data.id} of ${event.data.list}`);
    default:
      return null;
  }
};

/** What the guard did; its tests of itself are no news. */
const aboutGuard = (event: RigEvent): Line | null => {
  switch (event.type) {
    case 'GUARD_BLOCKED': {
      const { agent, command, rule, canary } = event.data;
      return canary ? null : bad(`the guard kept ${agent} from running ${quoted(command)} (${rule})`);
    }
    case 'GUARD_SPIKE': {
      const { agent, blocks, cause, rules } = event.data;
      const within = cause === 'burst' ? 'ten minutes' : 'an hour';
      return bad(`${agent} was refused ${blocks} times in ${within}: ${rules.map(({ rule }) => rule).join(', ')}`);
    }
    default:
      return null;
  }
};

/** An event in one sentence, or null if it says nothing a reader would miss. `board` already holds the event. */
export const narrate = (event: RigEvent, board: IssueBoard): Line | null => {
  const place = parsePlace(event.subject);
  const here = place === undefined ? 'the repository' : `#${place.number}`;
  return (
    aboutIssue(event, here) ??
    aboutWork(event, board, here) ??
    aboutReview(event, here) ??
    aboutPull(event, here) ??
    aboutGate(event, here) ??
    aboutGuard(event) ??
    aboutSteering(event)
  );
};
