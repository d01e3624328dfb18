import type { IssueBoard, IssueTrack } from './issue-board.js';

/** What `rig demo --json` prints: one object, every number taken from the event log. */
export interface DemoSummary {
  /** True if every issue is merged, none assigned twice, none lost, every merge commit found on `main` by git. */
  readonly ok: boolean;
  readonly repo: string;
  readonly seed: number;
  readonly agents: number;
  /** Issues filed. */
  readonly issues: number;
  /** Issues whose ISSUE_DONE is in the log. */
  readonly merged: number;
  /** Issues that had two live assignments at the same time. */
  readonly assignedTwice: number;
  /** Issues neither done nor visibly blocked or closed. */
  readonly lost: number;
  readonly blocked: number;
  /** Reviews with a verdict, approvals and requests for changes together. */
  readonly reviewRounds: number;
  readonly changesRequested: number;
  readonly ciFailures: number;
  /** Attempts whose worker stopped renewing its lease. */
  readonly attemptsLost: number;
  /** Restarts by the supervisor. */
  readonly restarts: number;
  /** From the first issue filed to the last one done. */
  readonly seconds: number;
  /** From the command to the system being ready. */
  readonly startSeconds: number;
  /** Events in the log. */
  readonly events: number;
  readonly mergeCommits: readonly string[];
}

export interface SummaryInput {
  readonly board: IssueBoard;
  readonly repo: string;
  readonly seed: number;
  readonly agents: number;
  /** Numbers of the issues that were filed. */
  readonly filed: readonly number[];
  readonly elapsedMs: number;
  readonly startSeconds: number;
  readonly restarts: number;
  /** Merge commits that git found on `main` of the bare repository. */
  readonly onMain: ReadonlySet<string>;
}

const settled = (track: IssueTrack | undefined): boolean =>
  track !== undefined && (track.phase === 'done' || track.phase === 'blocked' || track.phase === 'closed');

/** Has every filed issue come to an end, good or bad? */
export const allSettled = (board: IssueBoard, repo: string, filed: readonly number[]): boolean =>
  filed.every((number) => settled(board.issues.get(`${repo}#${number}`)));

export const summarise = (input: SummaryInput): DemoSummary => {
  const tracks = input.filed.map((number) => input.board.issues.get(`${input.repo}#${number}`));
  const count = (match: (track: IssueTrack | undefined) => boolean): number => tracks.filter(match).length;
  const done = tracks.filter((track) => track?.phase === 'done');
  const mergeCommits = done.flatMap((track) => (track?.mergeCommit ? [track.mergeCommit] : []));
  const assignedTwice = count((track) => track?.assignedTwice === true);
  const lost = count((track) => !settled(track));
  return {
    ok:
      input.filed.length > 0 &&
      done.length === input.filed.length &&
      assignedTwice === 0 &&
      lost === 0 &&
      new Set(mergeCommits).size === input.filed.length &&
      mergeCommits.every((commit) => input.onMain.has(commit)),
    repo: input.repo,
    seed: input.seed,
    agents: input.agents,
    issues: input.filed.length,
    merged: done.length,
    assignedTwice,
    lost,
    blocked: count((track) => track?.phase === 'blocked'),
    reviewRounds: input.board.approvals + input.board.changesRequested,
    changesRequested: input.board.changesRequested,
    ciFailures: input.board.ciFailures,
    attemptsLost: input.board.attemptsLost,
    restarts: input.restarts,
    seconds: Math.round(input.elapsedMs / 100) / 10,
    startSeconds: input.startSeconds,
    events: input.board.position,
    mergeCommits,
  };
};
