import { agentSubject, type TaskKind } from '@rig/contracts';
import { Tally } from './tally.js';
import type { Touched } from './touched.js';

/** An assignment that has not ended. */
export interface LiveTask {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly agent: string;
  /** Log stream of the issue or pull request. */
  readonly subject: string;
  /** The commit a review or fix is about. */
  readonly headSha: string | null;
  /** Position of the assignment. */
  readonly position: number;
  /** Position of the running attempt's start; null while none runs. */
  readonly fence: number | null;
}

/** Live tasks by id, counted by agent and found by what they are about. */
export class TaskTable {
  readonly #tasks = new Map<string, LiveTask>();
  readonly #bySubject = new Map<string, Set<string>>();
  readonly #byAgent = new Tally();
  readonly #touched: Touched;
  #running = 0;

  constructor(touched: Touched) {
    this.#touched = touched;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Tasks with a started attempt. */
  get running(): number {
    return this.#running;
  }

  get(taskId: string): LiveTask | undefined {
    return this.#tasks.get(taskId);
  }

  values(): IterableIterator<LiveTask> {
    return this.#tasks.values();
  }

  isBusy(subject: string): boolean {
    return this.#bySubject.has(subject);
  }

  /** Tasks that an agent holds. */
  heldBy(agent: string): number {
    return this.#byAgent.of(agent);
  }

  put(task: LiveTask): void {
    const before = this.#tasks.get(task.taskId);
    if (before !== undefined) this.#count(before, -1);
    this.#tasks.set(task.taskId, task);
    this.#count(task, 1);
  }

  delete(taskId: string): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined) return;
    this.#tasks.delete(taskId);
    this.#count(task, -1);
  }

  deleteOf(subject: string): void {
    for (const taskId of [...(this.#bySubject.get(subject) ?? [])]) this.delete(taskId);
  }

  #count({ taskId, subject, agent, fence }: LiveTask, by: 1 | -1): void {
    this.#byAgent.add(agent, by);
    if (fence !== null) this.#running += by;
    const others = this.#bySubject.get(subject) ?? new Set();
    if (by === 1) others.add(taskId);
    else others.delete(taskId);
    if (others.size > 0) this.#bySubject.set(subject, others);
    else this.#bySubject.delete(subject);
    this.#touched.add(subject);
    this.#touched.add(agentSubject(agent));
  }
}
