import type { CommittedEnvelope } from '@rig/contracts';

/** What the log says about one task, read without the code under test. */
interface TaskSeen {
  readonly agent: string;
  readonly subject: string;
  live: boolean;
  /** Fence of the running attempt. */
  fence: number | null;
  lastFence: number;
}

export interface AttemptHistory {
  /** Rules that the log breaks, in words; empty when all is well. */
  readonly violations: readonly string[];
  readonly live: ReadonlyMap<string, string>;
  /** Fences that are current now, by task. */
  readonly fences: ReadonlyMap<string, number>;
}

const ENDS = ['ISSUE_UNASSIGNED', 'REVIEW_UNASSIGNED', 'FIX_UNASSIGNED', 'WORK_COMPLETED', 'WORK_FAILED'];

/** Follows every assignment and attempt of a log and notes what must never happen. */
export const readAttempts = (events: readonly CommittedEnvelope[]): AttemptHistory => {
  const tasks = new Map<string, TaskSeen>();
  const violations: string[] = [];
  const broken = (event: CommittedEnvelope, what: string): void =>
    void violations.push(`${event.position} ${event.type}: ${what}`);

  const assigned = (event: CommittedEnvelope, taskId: string): void => {
    const others = [...tasks.values()].filter(({ live, subject }) => live && subject === event.subject);
    if (others.length > 0) broken(event, `${event.subject} has a live assignment already`);
    if (tasks.has(taskId)) broken(event, `task ${taskId} was assigned before`);
    const agent = String(event.data['agent']);
    tasks.set(taskId, { agent, subject: event.subject, live: true, fence: null, lastFence: 0 });
  };
  const started = (event: CommittedEnvelope, task: TaskSeen): void => {
    if (!task.live) broken(event, 'the task has ended');
    if (task.fence !== null) broken(event, `the attempt with fence ${task.fence} still runs`);
    if (event.position <= task.lastFence) broken(event, `the fence is not above ${task.lastFence}`);
    task.fence = event.position;
    task.lastFence = event.position;
  };
  const ended = (event: CommittedEnvelope, task: TaskSeen): void => {
    const { fence } = event.data;
    if (!task.live) broken(event, 'the task has ended');
    if (typeof fence === 'number' && fence !== task.fence) broken(event, `fence ${fence} is not current`);
    task.fence = null;
    if (event.type !== 'ATTEMPT_LOST') task.live = false;
  };

  for (const event of events) {
    const { taskId } = event.data;
    if (typeof taskId !== 'string') continue;
    if (['ISSUE_ASSIGNED', 'REVIEW_ASSIGNED', 'FIX_ASSIGNED'].includes(event.type)) assigned(event, taskId);
    const task = tasks.get(taskId);
    if (task === undefined) continue;
    if (event.type === 'ATTEMPT_STARTED') started(event, task);
    if (event.type === 'ATTEMPT_LOST' || ENDS.includes(event.type)) ended(event, task);
  }
  const live = [...tasks].filter(([, task]) => task.live);
  return {
    violations,
    live: new Map(live.map(([id, { agent }]) => [id, agent])),
    fences: new Map(live.flatMap(([id, { fence }]) => (fence === null ? [] : [[id, fence] as const]))),
  };
};
