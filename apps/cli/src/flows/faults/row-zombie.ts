import type { LoggedEvent } from '../../core/faults/invariants.js';
import type { FaultRow, RowContext } from './row.js';

const AGENT = 'dev-e-1';
const WORKERS = ['dev-e-1-0', 'dev-e-1-0-b'] as const;
/**
 * Three missed renewals of 5 s, the time in which the dispatcher watches an absent lease (16 s), and what a busy machine
 * adds, in milliseconds.
 */
const TAKEN_OVER_WITHIN_MS = 60_000;

interface Attempt {
  readonly taskId: string;
  readonly fence: number;
  readonly worker: string;
  /** Stream of the task. */
  readonly subject: string;
}

const workerOf = ({ data }: LoggedEvent): string => {
  const { worker } = data;
  return typeof worker === 'object' && worker !== null && 'name' in worker ? String(worker.name) : '';
};

const attempts = async ({ world }: RowContext, taskId?: string): Promise<readonly Attempt[]> =>
  (await world.observer.events())
    .filter(({ type, data }) => type === 'ATTEMPT_STARTED' && (taskId === undefined || data['taskId'] === taskId))
    .map((event) => ({
      taskId: String(event.data['taskId']),
      fence: event.position,
      worker: workerOf(event),
      subject: event.subject,
    }));

/** Stops whichever worker gets the next task right before it pushes. */
const stopBeforePush = async (context: RowContext, known: number): Promise<Attempt | undefined> => {
  const { world } = context;
  for (const worker of WORKERS) world.arm(worker, 'push.before:1:stop');
  const stopped = (): string | undefined => WORKERS.find((worker) => world.struck(worker).length > 0);
  await context.until(() => stopped() !== undefined, 60_000, 'a worker to come to its push');
  for (const worker of WORKERS) world.disarm(worker);
  const attempt = (await attempts(context)).slice(known).find(({ worker }) => worker === stopped());
  if (attempt === undefined) context.violated('no worker came to its push');
  else context.injected();
  return attempt;
};

const tokenIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : '';

/** What a zombie with a network of its own would try; every one of it is refused. */
const tryAsZombie = async (context: RowContext, zombie: Attempt, oldToken: string): Promise<void> => {
  const { world } = context;
  const { taskId, fence, subject } = zombie;
  for (const verb of ['token', 'renew'] as const) {
    const { status, code } = await world.doors.task(AGENT, taskId, verb, { fence });
    world.history.add({ op: 'asked', what: `${verb} at fence ${fence}`, status, code });
    if (status !== 409) context.violated(`a zombie's request (${verb}) was answered with ${status} ${code}`);
  }
  const pushed = await world.forge.pushStatus(oldToken);
  world.history.add({ op: 'asked', what: 'push with the old token', status: pushed, code: null });
  if (pushed !== 401 && pushed !== 403) context.violated(`a zombie's push was answered with ${pushed}`);
  const time = new Date().toISOString();
  const data = { taskId, fence, summary: 'from the grave', pr: 1, headSha: null, verdict: null };
  const actor = { kind: 'agent', id: AGENT };
  const id = crypto.randomUUID();
  const report = { id, source: `agent/${AGENT}`, subject, time, actor, type: 'WORK_COMPLETED', data };
  const { status } = await world.doors.report(AGENT, report);
  world.history.add({ op: 'asked', what: `report at fence ${fence}`, status, code: null });
  const recorded = async (): Promise<boolean> =>
    (await world.observer.events()).some(
      ({ type, cause, data: refused }) =>
        type === 'WORK_REPORT_REFUSED' && cause === id && refused['code'] === 'FENCE_SUPERSEDED',
    );
  if (!(await context.until(recorded, 20_000, 'a refused report to be recorded'))) {
    context.violated("I2: a zombie's report left no WORK_REPORT_REFUSED");
  }
};

/** The zombie itself, awake again: its attempt ends without a push, and says so. */
const wakeZombie = async (context: RowContext, zombie: Attempt): Promise<void> => {
  const { world } = context;
  world.signal(zombie.worker, 'SIGCONT');
  const ended = async (): Promise<boolean> =>
    (await world.log(zombie.worker)).some(
      ({ message, fence, how }) => message === 'an attempt ended' && fence === zombie.fence && how !== 'completed',
    );
  if (!(await context.until(ended, 30_000, 'the zombie to end its attempt'))) {
    context.violated('the zombie did not end its attempt, or ended it as completed');
  }
};

const takeOver = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const known = (await attempts(context)).length;
  await world.file(1);
  const zombie = await stopBeforePush(context, known);
  if (zombie === undefined) return;
  const stoppedAt = context.now();
  const given = await world.doors.task(AGENT, zombie.taskId, 'token', { fence: zombie.fence });
  if (given.status !== 200) context.violated(`the current fence got no token: ${given.status} ${given.code}`);
  const other = WORKERS.find((worker) => worker !== zombie.worker) ?? WORKERS[0];
  // The successor is held before its push, so that the zombie wakes while it runs.
  world.arm(other, 'push.before:1:stop');
  const next = async (): Promise<Attempt | undefined> => (await attempts(context, zombie.taskId)).at(1);
  const taken = async (): Promise<boolean> => (await next()) !== undefined;
  if (!(await context.until(taken, TAKEN_OVER_WITHIN_MS, 'another worker to take over'))) {
    return context.violated(`nobody took over within ${TAKEN_OVER_WITHIN_MS / 1_000} s`);
  }
  context.note(`taken over ${Math.round(context.now() - stoppedAt)} ms after the worker was stopped`);
  if ((await next())?.worker !== other) context.violated('the task was not taken over by the other worker');
  await context.until(() => world.struck(other).includes('push.before'), 30_000, 'the successor to come to its push');
  await tryAsZombie(context, zombie, tokenIn(given.body));
  await wakeZombie(context, zombie);
  world.signal(other, 'SIGCONT');
};

/** The branch is at what the successor reported, and nobody else's commit was merged. */
const demandSuccessor = async (context: RowContext): Promise<void> => {
  const events = await context.world.observer.events();
  for (const { type, data } of events) {
    if (type !== 'WORK_COMPLETED' || data['kind'] !== 'implement') continue;
    const last = (await attempts(context, String(data['taskId']))).at(-1);
    if (last?.fence !== data['fence'])
      context.violated(`I1: the task ${String(data['taskId'])} was ended by an old fence`);
  }
};

/** Killed with its report on disk: the report is sent by its next life, once. */
const killWithReport = async (context: RowContext): Promise<void> => {
  const { world } = context;
  for (const worker of WORKERS) world.arm(worker, 'worker.spooled');
  await world.file(1);
  const struck = (): boolean => WORKERS.some((worker) => world.struck(worker).includes('worker.spooled'));
  if (!(await context.until(struck, 60_000, 'a report to be spooled'))) context.violated('no report was spooled');
  for (const worker of WORKERS) world.disarm(worker);
  context.injected();
  const drained = async (): Promise<boolean> =>
    (await Promise.all(WORKERS.map((worker) => world.spooled(worker)))).every((count) => count === 0);
  if (!(await context.until(drained, 60_000, 'the spool to be sent'))) context.violated('a spool was not drained');
};

export const zombieWorker: FaultRow = {
  row: 2,
  name: 'a worker stopped in mid-task, and killed',
  inShort: true,
  twice: /^dev-e-/,
  run: async (context) => {
    await takeOver(context);
    await context.seen('ISSUE_DONE', 1, 90_000);
    await demandSuccessor(context);
    if (!context.short) await killWithReport(context);
  },
};
