import { issueSubject, pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import { priorityOf, type RepositoryPolicy } from '@rig/policy';
import type { Decision, Proposed, World } from '../decision.js';
import type { IssueObservation } from '../github/observation.js';
import type { PullState } from '../pull/pull-state.js';
import { unassignTasks } from '../pull/unassign-tasks.js';
import type { IssueState } from './issue-state.js';

export interface IssueContext {
  readonly policy: RepositoryPolicy;
  /** Who put the ready label there, and whether that one may; undefined where the delivery says nothing about it. */
  readonly approver: { readonly by: string; readonly may: boolean } | undefined;
  /** The snapshot was read from the forge just now, so it is right even where its time is not newer. */
  readonly current: boolean;
}

const sameLabels = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');

/** Ends the live task before the issue leaves the state in which it made sense. */
const unassign = (state: IssueState, code: string, message: string): RigEventBody[] =>
  state.task === null
    ? []
    : [{ type: 'ISSUE_UNASSIGNED', data: { taskId: state.task.taskId, agent: state.task.agent, code, message } }];

/**
 * Opened again before the merge that ended it, and told of late: to take it for news would do the work twice. Where the
 * log took the issue for closed when its work was merged, only a delivery that tells of a later opening is news.
 */
const openedBeforeMerge = (
  state: IssueState,
  pull: PullState | undefined,
  seen: IssueObservation,
  current: boolean,
): boolean => {
  if (state.open || seen.issue.state !== 'open' || pull?.status !== 'merged') return false;
  const news = seen.action === 'reopened' && !current;
  return seen.issue.updatedAt <= pull.updatedAt || (state.mergedClosed && !news);
};

const content = (state: IssueState, seen: IssueObservation, openBefore: boolean): RigEventBody[] => {
  const { title, body, labels, updatedAt } = seen.issue;
  const same = state.title === title && state.body === body && sameLabels(state.labels, labels);
  if (same && !openBefore) return [];
  const opened = openBefore ? { open: true as const } : {};
  return [{ type: 'ISSUE_EDITED', data: { title, body, labels: [...labels], updatedAt, ...opened } }];
};

/** An issue that comes back while its pull request was dropped waits for a person, and says so. */
const withoutPull = (state: IssueState, pull: PullState | undefined): RigEventBody[] => {
  if (state.block !== null || state.pr === null || state.mergeCommit !== null || pull?.status !== 'closed') return [];
  const message = `pull request #${state.pr} was closed without a merge`;
  return [{ type: 'ISSUE_BLOCKED', data: { code: 'PR_CLOSED', message } }];
};

const openness = (state: IssueState, pull: PullState | undefined, seen: IssueObservation): RigEventBody[] => {
  const open = seen.issue.state === 'open';
  if (open === state.open) return [];
  const data = { by: seen.actor, updatedAt: seen.issue.updatedAt };
  return open
    ? [{ type: 'ISSUE_REOPENED', data }, ...withoutPull(state, pull)]
    : [...unassign(state, 'ISSUE_CLOSED', 'the issue was closed'), { type: 'ISSUE_CLOSED', data }];
};

/**
 * An approval needs the label on the issue and someone who may give it having put it there. A label that was taken off
 * and put back by someone who may not ends it, also when only the second of the two deliveries came.
 */
const approval = (
  state: Pick<IssueState, 'approved' | 'block'>,
  pull: PullState | undefined,
  seen: IssueObservation,
  { policy, approver, current }: IssueContext,
): RigEventBody[] => {
  const { readyLabel } = policy;
  const labelled = seen.issue.labels.includes(readyLabel);
  if (state.approved && !labelled) return [{ type: 'ISSUE_APPROVAL_WITHDRAWN', data: { by: seen.actor } }];
  if (!labelled || approver === undefined) return [];
  const { by, may } = approver;
  if (!may) return state.approved ? [{ type: 'ISSUE_APPROVAL_WITHDRAWN', data: { by } }] : [];
  // A delivery that was overtaken may be an old one: it must not end a block that came after it.
  const news = !state.approved || !current;
  const anew = pull?.status === 'closed' ? { pr: null } : {};
  const unblocked: RigEventBody[] =
    state.block !== null && news ? [{ type: 'ISSUE_UNBLOCKED', data: { by, ...anew } }] : [];
  const approved: RigEventBody[] = state.approved ? [] : [{ type: 'ISSUE_APPROVED', data: { by, label: readyLabel } }];
  return [...unblocked, ...approved];
};

const priority = (before: number, seen: IssueObservation): RigEventBody[] => {
  const now = priorityOf(seen.issue.labels);
  return now === before ? [] : [{ type: 'ISSUE_PRIORITISED', data: { priority: now } }];
};

const firstSight = (seen: IssueObservation, context: IssueContext): RigEventBody[] => {
  const { title, body, labels, author, createdAt, updatedAt } = seen.issue;
  const { repo, number } = seen;
  const closed: RigEventBody[] =
    seen.issue.state === 'closed' ? [{ type: 'ISSUE_CLOSED', data: { by: seen.actor, updatedAt } }] : [];
  return [
    {
      type: 'ISSUE_OPENED',
      data: { repo, number, title, body, labels: [...labels], author, openedAt: createdAt, updatedAt },
    },
    ...priority(2, seen),
    ...approval({ approved: false, block: null }, undefined, seen, context),
    ...closed,
  ];
};

/**
 * What the issue's change means for its open pull request: closing the issue stops reviews and fixes too, and whoever
 * unblocks it lets the pull request try again.
 */
const forPull = ({ pull }: World, bodies: readonly RigEventBody[]): Proposed[] => {
  if (pull === undefined || pull.status !== 'open') return [];
  const closed = bodies.some((body) => body.type === 'ISSUE_CLOSED');
  const unblocked = bodies.find((body) => body.type === 'ISSUE_UNBLOCKED');
  const ended = closed ? unassignTasks(pull, 'ISSUE_CLOSED', 'the issue was closed') : [];
  const anew: RigEventBody[] =
    unblocked === undefined ? [] : [{ type: 'PR_UNBLOCKED', data: { by: unblocked.data.by } }];
  return [...ended, ...anew].map((body) => ({ subject: pullSubject(pull.repo, pull.number), body }));
};

const CHANGING: ReadonlySet<string> = new Set(['edited', 'labeled', 'unlabeled', 'closed', 'reopened']);

/**
 * A delivery that tells of a change, is newer, and changes nothing has overtaken the one whose change it takes back. Its
 * time is kept, or the other would pass for news when it comes.
 */
const overtaking = (state: IssueState, seen: IssueObservation): RigEventBody[] => {
  const { title, body, labels, updatedAt } = seen.issue;
  if (!CHANGING.has(seen.action) || updatedAt <= state.updatedAt) return [];
  return [{ type: 'ISSUE_EDITED', data: { title, body, labels: [...labels], updatedAt } }];
};

/** What a snapshot of an issue changes. Refusal STALE: an older snapshot than the one already taken. */
export const decideIssueObservation = (world: World, seen: IssueObservation, context: IssueContext): Decision => {
  const subject = issueSubject(seen.repo, seen.number);
  const state = world.issue;
  const propose = (bodies: readonly RigEventBody[]): Decision =>
    accept([...bodies.map((body) => ({ subject, body })), ...forPull(world, bodies)]);
  if (state === undefined) return propose(firstSight(seen, context));
  if (!context.current && seen.issue.updatedAt < state.updatedAt) {
    return refuse({ code: 'STALE', message: `a snapshot of ${state.updatedAt} was already taken` });
  }
  const openBefore = openedBeforeMerge(state, world.pull, seen, context.current);
  const changes = [
    ...content(state, seen, openBefore),
    ...priority(state.priority, seen),
    ...approval(state, world.pull, seen, context),
    ...(openBefore ? [] : openness(state, world.pull, seen)),
  ];
  return propose(changes.length === 0 ? overtaking(state, seen) : changes);
};
