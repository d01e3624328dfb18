import { parsePlace, type Place, type RigEvent, type TaskKind } from '@rig/contracts';

export type IssuePhase =
  'filed' | 'ready' | 'assigned' | 'working' | 'in review' | 'fixing' | 'merging' | 'done' | 'blocked' | 'closed';

/** One issue as far as the event log tells its story. */
export interface IssueTrack {
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly phase: IssuePhase;
  readonly agent: string | null;
  readonly pr: number | null;
  /** The implement task that is live: assigned, and neither failed, lost nor unassigned since. */
  readonly liveTask: string | null;
  /** Had two live assignments at once. */
  readonly assignedTwice: boolean;
  readonly attempts: number;
  readonly blockedBy: string | null;
  readonly mergeCommit: string | null;
}

export interface KnownTask {
  readonly kind: TaskKind;
  readonly agent: string;
  readonly issue: string | null;
}

/** What the CLI knows of a running system, evolved from committed events in position order. */
export interface IssueBoard {
  /** Position of the last event seen, and as positions are dense: how many events there are. */
  readonly position: number;
  readonly issues: ReadonlyMap<string, IssueTrack>;
  /** `owner/name#pr` → `owner/name#issue`. */
  readonly issueOfPull: ReadonlyMap<string, string>;
  readonly tasks: ReadonlyMap<string, KnownTask>;
  readonly approvals: number;
  readonly changesRequested: number;
  readonly ciFailures: number;
  readonly attemptsLost: number;
}

export const emptyBoard: IssueBoard = {
  position: 0,
  issues: new Map(),
  issueOfPull: new Map(),
  tasks: new Map(),
  approvals: 0,
  changesRequested: 0,
  ciFailures: 0,
  attemptsLost: 0,
};

/** `acme/greeter#7`: how people name an issue or a pull request. */
export const reference = (repo: string, number: number): string => `${repo}#${number}`;

/** The issue an event is about, directly or through its pull request, if that is known. */
export const issueKeyOf = (board: IssueBoard, event: RigEvent): string | null => {
  const place = parsePlace(event.subject);
  if (place === undefined) return null;
  const key = reference(place.repo, place.number);
  return place.kind === 'issue' ? key : (board.issueOfPull.get(key) ?? null);
};

const newTrack = (repo: string, number: number): IssueTrack => ({
  repo,
  number,
  title: '',
  phase: 'filed',
  agent: null,
  pr: null,
  liveTask: null,
  assignedTwice: false,
  attempts: 0,
  blockedBy: null,
  mergeCommit: null,
});

/** The change an event on the issue's own stream makes. */
const onIssue = (track: IssueTrack, event: RigEvent): IssueTrack => {
  switch (event.type) {
    case 'ISSUE_OPENED':
    case 'ISSUE_EDITED':
      return { ...track, title: event.data.title };
    case 'ISSUE_APPROVED':
      return { ...track, phase: track.phase === 'filed' ? 'ready' : track.phase };
    case 'ISSUE_UNBLOCKED':
      return { ...track, phase: 'ready', blockedBy: null };
    case 'ISSUE_REOPENED':
      return { ...track, phase: 'ready' };
    case 'ISSUE_ASSIGNED':
      return {
        ...track,
        phase: 'assigned',
        agent: event.data.agent,
        assignedTwice: track.assignedTwice || (track.liveTask !== null && track.liveTask !== event.data.taskId),
        liveTask: event.data.taskId,
      };
    case 'ATTEMPT_STARTED':
      return { ...track, phase: 'working', attempts: track.attempts + 1 };
    case 'ATTEMPT_LOST':
      return { ...track, phase: 'assigned', liveTask: endedBy(track, event.data.taskId) };
    case 'ISSUE_UNASSIGNED':
    case 'WORK_FAILED':
      return { ...track, phase: 'ready', agent: null, liveTask: endedBy(track, event.data.taskId) };
    case 'WORK_COMPLETED':
      return { ...track, phase: 'in review', pr: event.data.pr ?? track.pr };
    case 'ISSUE_BLOCKED':
      return { ...track, phase: 'blocked', blockedBy: event.data.code, liveTask: null };
    case 'ISSUE_CLOSED':
      return track.phase === 'done' ? track : { ...track, phase: 'closed', liveTask: null };
    case 'ISSUE_DONE':
      return { ...track, phase: 'done', pr: event.data.pr, mergeCommit: event.data.mergeCommit, liveTask: null };
    default:
      return track;
  }
};

const endedBy = (track: IssueTrack, taskId: string): string | null =>
  track.liveTask === taskId ? null : track.liveTask;

/** The change an event on the pull request's stream makes to the issue it closes. */
const onPull = (track: IssueTrack, event: RigEvent): IssueTrack => {
  if (track.phase === 'done') return track;
  switch (event.type) {
    case 'PR_OPENED':
      return { ...track, pr: event.data.number, phase: 'in review' };
    case 'PR_LINKED':
    case 'REVIEW_ASSIGNED':
      return { ...track, phase: 'in review' };
    case 'FIX_ASSIGNED':
      return { ...track, phase: 'fixing' };
    case 'MERGE_REQUESTED':
      return { ...track, phase: 'merging' };
    case 'MERGE_FAILED':
      return { ...track, phase: 'in review' };
    case 'PR_CLOSED':
      return { ...track, phase: 'ready', liveTask: null };
    case 'PR_MERGED':
      return { ...track, phase: 'merging', mergeCommit: event.data.mergeCommit };
    default:
      return track;
  }
};

const counted = (board: IssueBoard, event: RigEvent): IssueBoard => {
  switch (event.type) {
    case 'REVIEW_APPROVED':
      return { ...board, approvals: board.approvals + 1 };
    case 'REVIEW_CHANGES_REQUESTED':
      return { ...board, changesRequested: board.changesRequested + 1 };
    case 'CI_FAILED':
      return { ...board, ciFailures: board.ciFailures + 1 };
    case 'ATTEMPT_LOST':
      return { ...board, attemptsLost: board.attemptsLost + 1 };
    default:
      return board;
  }
};

/** The issue a pull request's own branch names: `rig/issue-7-greet-by-name`. */
const issueOfBranch = (headRef: string): number | null => {
  const match = /^rig\/issue-([1-9][0-9]{0,9})(?:-|$)/.exec(headRef);
  return match?.[1] === undefined ? null : Number(match[1]);
};

const linked = (board: IssueBoard, event: RigEvent, place: Place): IssueBoard => {
  if (place.kind !== 'pull') return board;
  const issue =
    event.type === 'PR_LINKED'
      ? event.data.issue
      : event.type === 'PR_OPENED'
        ? issueOfBranch(event.data.headRef)
        : null;
  if (issue === null) return board;
  const issueOfPull = new Map(board.issueOfPull);
  issueOfPull.set(reference(place.repo, place.number), reference(place.repo, issue));
  return { ...board, issueOfPull };
};

const withTask = (board: IssueBoard, event: RigEvent): IssueBoard => {
  if (event.type !== 'ISSUE_ASSIGNED' && event.type !== 'REVIEW_ASSIGNED' && event.type !== 'FIX_ASSIGNED') {
    return board;
  }
  const kind: TaskKind =
    event.type === 'ISSUE_ASSIGNED'
      ? 'implement'
      : event.type === 'REVIEW_ASSIGNED'
        ? 'review'
        : event.data.cause === 'ci'
          ? 'fix-ci'
          : 'fix-review';
  const tasks = new Map(board.tasks);
  tasks.set(event.data.taskId, { kind, agent: event.data.agent, issue: issueKeyOf(board, event) });
  return { ...board, tasks };
};

/** Applies one committed event; events must come in position order, each once. */
export const evolveBoard = (before: IssueBoard, event: RigEvent): IssueBoard => {
  const place = parsePlace(event.subject);
  const moved = { ...before, position: event.position };
  if (place === undefined) return moved;
  const board = withTask(linked(counted(moved, event), event, place), event);
  const key = issueKeyOf(board, event);
  if (key === null) return board;
  const known = board.issues.get(key);
  if (known === undefined && place.kind === 'pull') return board;
  const track = known ?? newTrack(place.repo, place.number);
  const next = place.kind === 'issue' ? onIssue(track, event) : onPull(track, event);
  if (next === known) return board;
  return { ...board, issues: new Map(board.issues).set(key, next) };
};
