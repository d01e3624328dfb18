import { issueSubject, pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import { priorityOf, type RepositoryPolicy } from '@rig/policy';
import type { Decision, Proposed, World } from '../decision.js';
import type { IssueObservation } from '../github/observation.js';
import { unassignTasks } from '../pull/unassign-tasks.js';
import type { IssueState } from './issue-state.js';

export interface IssueContext {
  readonly policy: RepositoryPolicy;
  /** Whether the actor's permission on the forge is enough to approve work. */
  readonly actorMayApprove: boolean;
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

const content = (state: IssueState, seen: IssueObservation): RigEventBody[] => {
  const { title, body, labels, updatedAt } = seen.issue;
  if (state.title === title && state.body === body && sameLabels(state.labels, labels)) return [];
  return [{ type: 'ISSUE_EDITED', data: { title, body, labels: [...labels], updatedAt } }];
};

const openness = (state: IssueState, seen: IssueObservation): RigEventBody[] => {
  const open = seen.issue.state === 'open';
  if (open === state.open) return [];
  const data = { by: seen.actor, updatedAt: seen.issue.updatedAt };
  return open
    ? [{ type: 'ISSUE_REOPENED', data }]
    : [...unassign(state, 'ISSUE_CLOSED', 'the issue was closed'), { type: 'ISSUE_CLOSED', data }];
};

/** An approval needs the label on the issue and someone who may give it having put it there. */
const approval = (
  state: Pick<IssueState, 'approved' | 'block'>,
  seen: IssueObservation,
  context: IssueContext,
): RigEventBody[] => {
  const { readyLabel } = context.policy;
  const labelled = seen.issue.labels.includes(readyLabel);
  if (state.approved && !labelled) return [{ type: 'ISSUE_APPROVAL_WITHDRAWN', data: { by: seen.actor } }];
  const justPut = seen.action === 'opened' || (seen.action === 'labeled' && seen.label === readyLabel);
  if (!labelled || !justPut || !context.actorMayApprove) return [];
  if (!state.approved) {
    const unblocked: RigEventBody[] =
      state.block === null ? [] : [{ type: 'ISSUE_UNBLOCKED', data: { by: seen.actor } }];
    return [...unblocked, { type: 'ISSUE_APPROVED', data: { by: seen.actor, label: readyLabel } }];
  }
  return state.block === null ? [] : [{ type: 'ISSUE_UNBLOCKED', data: { by: seen.actor } }];
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
    ...approval({ approved: false, block: null }, seen, context),
    ...closed,
  ];
};

/** Closing an issue stops whatever runs for it, reviews and fixes of its pull request included. */
const stopPull = ({ pull }: World, bodies: readonly RigEventBody[]): Proposed[] => {
  const closed = bodies.some((body) => body.type === 'ISSUE_CLOSED');
  if (!closed || pull === undefined || pull.status !== 'open') return [];
  const ended = unassignTasks(pull, 'ISSUE_CLOSED', 'the issue was closed');
  return ended.map((body) => ({ subject: pullSubject(pull.repo, pull.number), body }));
};

/** What a snapshot of an issue changes. Refusal STALE: an older snapshot than the one already taken. */
export const decideIssueObservation = (world: World, seen: IssueObservation, context: IssueContext): Decision => {
  const subject = issueSubject(seen.repo, seen.number);
  const state = world.issue;
  const propose = (bodies: readonly RigEventBody[]): Decision =>
    accept([...bodies.map((body) => ({ subject, body })), ...stopPull(world, bodies)]);
  if (state === undefined) return propose(firstSight(seen, context));
  if (!context.current && seen.issue.updatedAt < state.updatedAt) {
    return refuse({ code: 'STALE', message: `a snapshot of ${state.updatedAt} was already taken` });
  }
  return propose([
    ...content(state, seen),
    ...priority(state.priority, seen),
    ...approval(state, seen, context),
    ...openness(state, seen),
  ]);
};
