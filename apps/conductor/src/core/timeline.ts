import type { RigEventBody } from '@rig/contracts';

const short = (sha: string): string => sha.slice(0, 7);

const guardSentence = (event: RigEventBody): string => {
  switch (event.type) {
    case 'GUARD_BLOCKED': {
      const { agent, command, rule, canary } = event.data;
      if (canary) return `the guard passed its test at ${agent} (${rule})`;
      return `the guard kept ${agent} from running "${command.split('\n')[0] ?? ''}" (${rule})`;
    }
    case 'GUARD_SPIKE':
      return `${event.data.agent} was refused ${event.data.blocks} times ${event.data.cause === 'burst' ? 'within ten minutes' : 'within an hour, far more than it is used to'}`;
    default:
      return event.type.toLowerCase().replaceAll('_', ' ');
  }
};

/** One sentence about an event, for people. */
export const sentenceOf = (event: RigEventBody): string => {
  switch (event.type) {
    case 'ISSUE_OPENED':
      return `${event.data.author} filed "${event.data.title}"`;
    case 'ISSUE_EDITED':
      return 'the issue was edited';
    case 'ISSUE_APPROVED':
      return `${event.data.by} approved it for agents (label ${event.data.label})`;
    case 'ISSUE_APPROVAL_WITHDRAWN':
      return `${event.data.by} withdrew the approval`;
    case 'ISSUE_PRIORITISED':
      return `priority is P${event.data.priority}`;
    case 'ISSUE_BLOCKED':
      return `blocked: ${event.data.message}`;
    case 'ISSUE_UNBLOCKED':
      return `${event.data.by} unblocked it`;
    case 'ISSUE_ASSIGNED':
      return `assigned to ${event.data.agent}`;
    case 'ISSUE_UNASSIGNED':
      return `taken from ${event.data.agent}: ${event.data.message}`;
    case 'ISSUE_DEFERRED':
      return `waits: ${event.data.message}`;
    case 'ISSUE_DONE':
      return `done by pull request #${event.data.pr}, commit ${short(event.data.mergeCommit)}`;
    case 'ISSUE_CLOSED':
      return `closed by ${event.data.by}`;
    case 'ISSUE_REOPENED':
      return `reopened by ${event.data.by}`;
    default:
      return workSentence(event);
  }
};

const workSentence = (event: RigEventBody): string => {
  switch (event.type) {
    case 'ATTEMPT_STARTED':
      return `attempt ${event.data.attempt} began on ${event.data.worker.name}`;
    case 'ATTEMPT_LOST':
      return `attempt ${event.data.attempt} was lost: ${event.data.reason}`;
    case 'WORK_PROGRESSED':
      return `${event.data.step}: ${event.data.message}`;
    case 'WORK_COMPLETED':
      return `${event.data.agent} finished (${event.data.kind})`;
    case 'WORK_FAILED':
      return `${event.data.agent} failed with ${event.data.code}: ${event.data.message.split('\n')[0] ?? ''}`;
    case 'WORK_REPORT_REFUSED':
      return `a late ${event.data.reported} of ${event.data.agent} was refused: ${event.data.message}`;
    case 'FACT_REFUSED':
      return `${event.data.factType} was refused: ${event.data.message}`;
    case 'REVIEW_ASSIGNED':
      return `review given to ${event.data.agent}`;
    case 'REVIEW_UNASSIGNED':
      return `review taken from ${event.data.agent}: ${event.data.message}`;
    case 'FIX_ASSIGNED':
      return `${event.data.agent} is to fix what ${event.data.cause === 'ci' ? 'a check' : 'the review'} found`;
    case 'FIX_UNASSIGNED':
      return `fix taken from ${event.data.agent}: ${event.data.message}`;
    default:
      return pullSentence(event);
  }
};

const pullSentence = (event: RigEventBody): string => {
  switch (event.type) {
    case 'PR_OPENED':
      return `pull request #${event.data.number} opened by ${event.data.agent ?? event.data.author}`;
    case 'PR_UPDATED':
      return `pull request updated, head ${short(event.data.headSha)}`;
    case 'PR_LINKED':
      return event.data.issue === null ? 'closes no issue' : `closes #${event.data.issue}`;
    case 'PR_CLOSED':
      return `pull request closed by ${event.data.by}`;
    case 'PR_MERGED':
      return `merged by ${event.data.by} as ${short(event.data.mergeCommit)}`;
    case 'CI_STARTED':
    case 'CI_PASSED':
    case 'CI_FAILED':
      return `check ${event.data.check} ${event.type.slice(3).toLowerCase()} on ${short(event.data.headSha)}`;
    case 'REVIEW_APPROVED':
      return `${event.data.by} approved ${short(event.data.headSha)}`;
    case 'REVIEW_CHANGES_REQUESTED':
      return `${event.data.by} asked for changes`;
    case 'REVIEW_THREAD_OPENED':
      return `thread on ${event.data.path}: ${event.data.body.split('\n')[0] ?? ''}`;
    case 'MERGE_GATE_HELD':
      return `gate holds: ${event.data.checks
        .filter(({ outcome }) => outcome === 'hold')
        .map(({ reason }) => reason)
        .join('; ')}`;
    case 'MERGE_REQUESTED':
      return `merge of ${short(event.data.headSha)} requested`;
    case 'MERGE_FAILED':
      return `merge refused: ${event.data.message}`;
    default:
      return guardSentence(event);
  }
};
