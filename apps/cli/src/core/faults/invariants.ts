import type { AttemptEnd, InboxRow } from './history.js';

/** One row of the log, as the public view shows it. */
export interface LoggedEvent {
  readonly position: number;
  readonly subject: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Id of what led to it. */
  readonly cause?: string;
}

interface Task {
  readonly subject: string;
  live: boolean;
  fence: number | null;
  lastFence: number;
}

const ASSIGNED: ReadonlySet<string> = new Set(['ISSUE_ASSIGNED', 'REVIEW_ASSIGNED', 'FIX_ASSIGNED']);
const ENDED: ReadonlySet<string> = new Set([
  'ISSUE_UNASSIGNED',
  'REVIEW_UNASSIGNED',
  'FIX_UNASSIGNED',
  'WORK_COMPLETED',
  'WORK_FAILED',
]);

const started = (event: LoggedEvent, task: Task): string[] => {
  const found = [
    ...(task.live ? [] : ['an attempt of a task that has ended']),
    ...(task.fence === null ? [] : [`a second attempt while fence ${task.fence} is live`]),
    ...(event.position > task.lastFence ? [] : [`a fence that is not above ${task.lastFence}`]),
  ];
  task.fence = event.position;
  task.lastFence = event.position;
  return found;
};

const ended = (event: LoggedEvent, task: Task): string[] => {
  const { fence } = event.data;
  const stale = typeof fence === 'number' && fence !== task.fence;
  task.fence = null;
  if (event.type !== 'ATTEMPT_LOST') task.live = false;
  return stale ? [`fence ${fence} was not current`] : [];
};

/** I1: one live assignment for an issue or pull request, one live attempt for a task, rising fences. */
export const checkExclusivity = (events: readonly LoggedEvent[]): readonly string[] => {
  const tasks = new Map<string, Task>();
  return events.flatMap((event) => {
    const { taskId } = event.data;
    if (typeof taskId !== 'string') return [];
    const found: string[] = [];
    if (ASSIGNED.has(event.type)) {
      const other = [...tasks.values()].some(({ live, subject }) => live && subject === event.subject);
      if (other) found.push('a second live assignment');
      tasks.set(taskId, { subject: event.subject, live: true, fence: null, lastFence: 0 });
    }
    const task = tasks.get(taskId);
    const ends = event.type === 'ATTEMPT_LOST' || ENDED.has(event.type);
    if (task === undefined && (ends || event.type === 'ATTEMPT_STARTED')) found.push('a task that was never assigned');
    if (task !== undefined && event.type === 'ATTEMPT_STARTED') found.push(...started(event, task));
    if (task !== undefined && ends) found.push(...ended(event, task));
    return found.map((what) => `I1: ${what} (${event.type} of ${event.subject} at ${event.position})`);
  });
};

/** I2, the log's half: positions and versions without holes, no event twice, no second merge or end of one issue. */
export const checkLog = (events: readonly LoggedEvent[]): readonly string[] => {
  const versions = new Map<string, number>();
  const ids = new Set<string>();
  const found: string[] = [];
  events.forEach((event, index) => {
    const version = (versions.get(event.subject) ?? 0) + 1;
    if (event.position !== index + 1) found.push(`I2: position ${event.position} where ${index + 1} should be`);
    if (event.version !== version) found.push(`I2: version ${event.version} of ${event.subject}, not ${version}`);
    if (ids.has(event.id)) found.push(`I2: event ${event.id} is in the log twice`);
    ids.add(event.id);
    versions.set(event.subject, event.version);
  });
  for (const type of ['ISSUE_DONE', 'PR_MERGED', 'ISSUE_OPENED', 'PR_OPENED']) {
    const subjects = events.filter((event) => event.type === type).map(({ subject }) => subject);
    const twice = subjects.filter((subject, index) => subjects.indexOf(subject) !== index);
    found.push(...twice.map((subject) => `I2: ${type} of ${subject} twice`));
  }
  return found;
};

export interface MergeSeen {
  readonly number: number;
  readonly author: string;
  readonly headSha: string;
  readonly approvals: readonly { readonly by: string; readonly headSha: string }[];
  readonly checks: readonly { readonly name: string; readonly conclusion: string | null }[];
}

/** I7, from the forge's own record: every merged head was approved by another, and its required checks had passed. */
export const checkMerges = (merges: readonly MergeSeen[], required: readonly string[]): readonly string[] =>
  merges.flatMap(({ number, author, headSha, approvals, checks }) => [
    ...(approvals.some(({ by, headSha: at }) => by !== author && at === headSha)
      ? []
      : [`I7: #${number} was merged without an approval of its head by another`]),
    ...required
      .filter((name) => !checks.some((check) => check.name === name && check.conclusion === 'success'))
      .map((name) => `I7: #${number} was merged without the check ${name}`),
  ]);

/** I7, from the log: the conductor's own gate had passed for exactly the head that was merged. */
export const checkGates = (merges: readonly MergeSeen[], events: readonly LoggedEvent[]): readonly string[] =>
  merges.flatMap(({ number, headSha }) => {
    const passed = events.some(
      ({ type, subject, data }) =>
        type === 'MERGE_GATE_PASSED' && subject.endsWith(`/${number}`) && data['headSha'] === headSha,
    );
    return passed ? [] : [`I7: #${number} was merged at ${headSha}, for which the gate had not passed`];
  });

const REPORTS: ReadonlySet<string> = new Set(['WORK_COMPLETED', 'WORK_FAILED']);

/** I2, the workers' half: each last word that the gateway took has exactly one event, its own or a recorded refusal. */
export const checkReports = (
  events: readonly LoggedEvent[],
  inbox: readonly InboxRow[],
  ends: readonly AttemptEnd[],
): readonly string[] => {
  const answers = events.filter(({ type }) => REPORTS.has(type) || type === 'WORK_REPORT_REFUSED');
  const facts = inbox.filter(({ kind, event, outcome }) => kind === 'fact' && REPORTS.has(event) && outcome !== null);
  const counted = facts.flatMap((fact) => {
    const made = answers.filter(({ cause }) => cause === fact.id).length;
    const least = fact.outcome === 'applied' ? 1 : 0;
    return made < least || made > 1 ? [`I2: the report ${fact.id} (${fact.outcome}) made ${made} events`] : [];
  });
  const told = new Set(answers.map(({ data }) => `${String(data['taskId'])}:${String(data['fence'])}`));
  const unheard = ends.filter(({ taskId, fence, end }) => end === 'worked' && !told.has(`${taskId}:${fence}`));
  return [
    ...counted,
    ...unheard.map(({ taskId, fence }) => `I2: the report of ${taskId} at fence ${fence} was stored and had no effect`),
  ];
};

/** What an explanation says of an issue, as far as I5 asks. */
export interface Explained {
  readonly number: number;
  readonly phase: string;
  readonly where: readonly unknown[];
  readonly waitsFor: readonly unknown[];
}

const ENDED_PHASES: ReadonlySet<string> = new Set(['done', 'closed']);

/** I5: an issue that has not ended says where it is and what it waits for. */
export const checkExplained = (explained: readonly Explained[]): readonly string[] =>
  explained
    .filter(({ phase, where, waitsFor }) => !ENDED_PHASES.has(phase) && (where.length === 0 || waitsFor.length === 0))
    .map(({ number, phase }) => `I5: #${number} is ${phase} and does not say what it waits for`);
