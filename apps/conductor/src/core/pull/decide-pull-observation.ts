import { issueSubject, pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision, Proposed, World } from '../decision.js';
import type { PullObservation } from '../github/observation.js';
import { blockIssue } from '../issue/block-issue.js';
import { closedIssueOf, issueOfBranch } from './links.js';
import type { PullState } from './pull-state.js';
import { unassignTasks } from './unassign-tasks.js';

export interface PullContext {
  /** Read from the forge just now, so it is right even where its time is not newer. */
  readonly current: boolean;
}

/** The agent behind a pull request: the one that holds the issue its branch is for. People's branches have none. */
const agentOf = (world: World, seen: PullObservation): string | null => {
  const issue = world.issue;
  if (seen.pull.fromFork || issue === undefined || issue.number !== issueOfBranch(seen.pull.headRef)) return null;
  return issue.agent;
};

const opened = (world: World, seen: PullObservation): RigEventBody => {
  const { title, body, labels, author, headRef, headSha, baseRef, draft, createdAt, updatedAt } = seen.pull;
  return {
    type: 'PR_OPENED',
    data: {
      repo: seen.repo,
      number: seen.number,
      title,
      body,
      labels: [...labels],
      author,
      agent: agentOf(world, seen),
      headRef,
      headSha,
      baseRef,
      draft,
      openedAt: createdAt,
      updatedAt,
    },
  };
};

const content = (state: PullState, seen: PullObservation): RigEventBody[] => {
  const { title, body, labels, headSha, baseRef, updatedAt } = seen.pull;
  const same =
    state.title === title &&
    state.body === body &&
    state.headSha === headSha &&
    state.baseRef === baseRef &&
    [...state.labels].sort().join('\n') === [...labels].sort().join('\n');
  if (same) return [];
  const moved = state.headSha !== headSha;
  const stale = moved && state.review !== null && state.review.fence === null ? state.review : null;
  const unassigned: RigEventBody[] =
    stale === null
      ? []
      : [
          {
            type: 'REVIEW_UNASSIGNED',
            data: {
              taskId: stale.taskId,
              agent: stale.agent,
              code: 'HEAD_MOVED',
              message: 'the head moved before the review began',
            },
          },
        ];
  return [
    ...unassigned,
    { type: 'PR_UPDATED', data: { title, body, labels: [...labels], headSha, baseRef, updatedAt } },
  ];
};

const draftness = (draft: boolean, seen: PullObservation): RigEventBody[] => {
  if (draft === seen.pull.draft) return [];
  return [{ type: seen.pull.draft ? 'PR_DRAFTED' : 'PR_READY', data: { updatedAt: seen.pull.updatedAt } }];
};

const link = (before: number | null, seen: PullObservation): RigEventBody[] => {
  const issue = closedIssueOf(seen.pull.body);
  return issue === before ? [] : [{ type: 'PR_LINKED', data: { issue } }];
};

const ending = (state: PullState | undefined, seen: PullObservation): RigEventBody[] => {
  const { merged, mergeCommit, updatedAt, baseRef, defaultBranch } = seen.pull;
  const by = seen.actor;
  const was = state?.status ?? 'open';
  const tasks =
    state === undefined ? [] : unassignTasks(state, merged ? 'PR_MERGED' : 'PR_CLOSED', 'the pull request is closed');
  if (was === 'merged') return [];
  if (merged && mergeCommit !== null) {
    const toDefaultBranch = baseRef === defaultBranch;
    return [...tasks, { type: 'PR_MERGED', data: { by, mergeCommit, baseRef, toDefaultBranch, updatedAt } }];
  }
  if (seen.pull.state === 'closed' && was === 'open') return [...tasks, { type: 'PR_CLOSED', data: { by, updatedAt } }];
  if (seen.pull.state === 'open' && was === 'closed') return [{ type: 'PR_REOPENED', data: { by, updatedAt } }];
  return [];
};

/** What the pull request's end means for the issue it is for. */
const forIssue = (world: World, seen: PullObservation, bodies: readonly RigEventBody[]): Proposed[] => {
  const issue = world.issue;
  if (issue === undefined) return [];
  const subject = issueSubject(issue.repo, issue.number);
  const merged = bodies.find((body) => body.type === 'PR_MERGED');
  const linked = closedIssueOf(seen.pull.body) === issue.number;
  if (merged !== undefined && merged.data.toDefaultBranch && linked && issue.mergeCommit === null) {
    const done: RigEventBody = { type: 'ISSUE_DONE', data: { pr: seen.number, mergeCommit: merged.data.mergeCommit } };
    const task = issue.task;
    const unassigned: RigEventBody[] =
      task === null
        ? []
        : [
            {
              type: 'ISSUE_UNASSIGNED',
              data: { taskId: task.taskId, agent: task.agent, code: 'PR_MERGED', message: 'the work was merged' },
            },
          ];
    return [...unassigned, done].map((body) => ({ subject, body }));
  }
  if (merged !== undefined && issue.pr === seen.number) {
    return blockIssue(world, 'MERGED_ELSEWHERE', `pull request #${seen.number} was merged without closing the issue`);
  }
  const back = bodies.some((body) => body.type === 'PR_REOPENED');
  if (back && issue.pr === seen.number && issue.block?.code === 'PR_CLOSED') {
    return [{ subject, body: { type: 'ISSUE_UNBLOCKED', data: { by: seen.actor } } }];
  }
  const dropped = bodies.some((body) => body.type === 'PR_CLOSED');
  if (dropped && issue.pr === seen.number) {
    return blockIssue(world, 'PR_CLOSED', `pull request #${seen.number} was closed without a merge`);
  }
  return [];
};

const CHANGING: ReadonlySet<string> = new Set(
  'edited labeled unlabeled synchronize converted_to_draft ready_for_review closed reopened'.split(' '),
);

const changes = (state: PullState, seen: PullObservation): RigEventBody[] => {
  const found = [
    ...content(state, seen),
    ...draftness(state.draft, seen),
    ...link(state.issue, seen),
    ...ending(state, seen),
  ];
  const overtaking = CHANGING.has(seen.action) && seen.pull.updatedAt > state.updatedAt && state.status !== 'merged';
  if (found.length > 0 || !overtaking) return found;
  // It has overtaken the delivery whose change it takes back: its time is kept, or the other would pass for news.
  const { title, body, labels, headSha, baseRef, updatedAt } = seen.pull;
  return [{ type: 'PR_UPDATED', data: { title, body, labels: [...labels], headSha, baseRef, updatedAt } }];
};

/** What a snapshot of a pull request changes. Refusal STALE: an older snapshot than the one already taken. */
export const decidePullObservation = (world: World, seen: PullObservation, context: PullContext): Decision => {
  const state = world.pull;
  const subject = pullSubject(seen.repo, seen.number);
  if (state !== undefined && !context.current && seen.pull.updatedAt < state.updatedAt) {
    return refuse({ code: 'STALE', message: `a snapshot of ${state.updatedAt} was already taken` });
  }
  const bodies =
    state === undefined ? [opened(world, seen), ...link(null, seen), ...ending(undefined, seen)] : changes(state, seen);
  return accept([...bodies.map((body) => ({ subject, body })), ...forIssue(world, seen, bodies)]);
};
