import { uuidv7 } from '@rig/kernel';
import { endShapes } from '../../core/faults/end-shape.js';
import { shuffled } from '../../core/faults/seeded.js';
import type { FaultRow, RowContext } from './row.js';

const SERVICES = ['conductor', 'gateway', 'dispatcher', 'guard-svc', 'worker'] as const;
type Service = (typeof SERVICES)[number];

const serviceOf = (process: string): Service | undefined =>
  /^(dev-e|review-e)-/.test(process) ? 'worker' : SERVICES.find((service) => process.startsWith(`${service}-`));

/** Issues under way while faults are injected, so that every point is passed again and again. */
const UNDER_WAY = 4;
/** What was not passed in this time is named as never passed in the end. */
const LEARN_WITHIN_MS = 60_000;
const STRUCK_WITHIN_MS = 45_000;
/** All points together, in milliseconds; what was not passed by then is a violation. */
const LANES_MS = 400_000;
/** A worker proves its guard first, for which it needs services that are being killed as well. */
const BACK_WITHIN_MS = 90_000;

/** What is still to be struck, by service; lanes of one service share it. */
type Unstruck = Map<Service, Set<string>>;

/** Some points are passed every few seconds only, such as where the dispatcher saves its board. */
const allPassed = ({ world, points }: RowContext): boolean => {
  const passed = new Set(world.processes().flatMap(({ name }) => world.passed(name)));
  return points.every((point) => passed.has(point));
};

/** Which points each service passes, learned from work without faults. */
const learn = ({ world, points, random, short }: RowContext): Unstruck => {
  const passed = (service: Service): Set<string> =>
    new Set(
      world
        .processes()
        .filter(({ name }) => serviceOf(name) === service)
        .flatMap(({ name }) => world.passed(name).filter((point) => points.includes(point))),
    );
  const few: Readonly<Record<Service, number>> = { conductor: 3, gateway: 1, dispatcher: 1, 'guard-svc': 1, worker: 1 };
  return new Map(
    SERVICES.map((service) => {
      const all = shuffled([...passed(service)].sort(), random);
      return [service, new Set(short ? all.slice(0, few[service]) : all)];
    }),
  );
};

const isBack = (context: RowContext, process: string): Promise<boolean> =>
  context.until(
    async () => (await context.world.ready(process)).status === 200,
    BACK_WITHIN_MS,
    `${process} to be ready again`,
  );

const completedBy = async ({ world }: RowContext, process: string): Promise<number> => {
  const agent = process.replace(/-\d+$/, '');
  return (await world.observer.events()).filter(
    ({ type, data }) => type === 'WORK_COMPLETED' && data['agent'] === agent,
  ).length;
};

/** Arms points of one process and waits until it was struck; resolves to whether it was. */
const strikeOnce = async (context: RowContext, process: string, wanted: readonly string[]): Promise<boolean> => {
  const { world } = context;
  const before = world.struck(process).length;
  for (const point of wanted) world.arm(process, point);
  const struck = (): boolean => world.struck(process).length > before;
  const met = await context.until(struck, STRUCK_WITHIN_MS, `${process} to pass ${wanted.join(', ')}`);
  if (!met) world.disarm(process);
  return met;
};

/** One service process dies at point after point; all are armed, and whichever it passes first strikes. */
const serviceLane = async (context: RowContext, process: string, unstruck: Set<string>): Promise<void> => {
  const { world } = context;
  const until = context.now() + LANES_MS;
  while (unstruck.size > 0 && context.now() < until) {
    const struck = await strikeOnce(context, process, [...unstruck]);
    if (!struck) continue;
    if (!(await isBack(context, process))) return context.violated(`${process} did not come back`);
    // It may have been struck in its next lives, too, before it was back.
    const hit = world.struck(process).filter((point) => unstruck.delete(point));
    context.injected(hit.length);
  }
};

/** One worker dies at point after point; in between it ends a task, so that no task loses all its attempts. */
const workerLane = async (context: RowContext, process: string, unstruck: Set<string>): Promise<void> => {
  const until = context.now() + LANES_MS;
  while (context.now() < until) {
    const point = [...unstruck].find((one) => context.world.passed(process).includes(one));
    if (point === undefined) return;
    unstruck.delete(point);
    const ended = await completedBy(context, process);
    if (!(await strikeOnce(context, process, [point]))) {
      // Its agent had no task: later, or in another worker.
      unstruck.add(point);
      continue;
    }
    context.injected();
    if (!(await isBack(context, process))) return context.violated(`${process} did not come back from ${point}`);
    const worked = async (): Promise<boolean> => (await completedBy(context, process)) > ended;
    await context.until(worked, STRUCK_WITHIN_MS, `${process} to end a task`);
  }
};

/**
 * What the guard's hook reports when it has refused a command, and a question to the guard service that it answers with
 * a block; an issue goes its way without either.
 */
const blockCommands = async ({ world }: RowContext): Promise<void> => {
  const [agent, time] = ['dev-e-1', '2026-03-02T09:30:00.000Z'];
  const data = {
    agent,
    taskId: null,
    fence: null,
    tool: 'Bash',
    rule: 'priv.sudo',
    category: 'privilege',
    command: 'sudo true',
    via: [],
    policyHash: 'built-in',
    canary: false,
    blockedAt: time,
  };
  const head = { source: 'faults', subject: `agent/${agent}`, time, actor: { kind: 'agent', id: agent } };
  // One that has just been struck answers nothing: the next question comes soon.
  const fact = { ...head, id: uuidv7(Date.now()), type: 'GUARD_BLOCKED', data };
  await Promise.allSettled([world.doors.report(agent, fact), world.doors.check(agent, 'sudo true')]);
};

/** Files issues, and lets commands be refused, while there are faults to inject. */
const startFeeding = (context: RowContext): { stop(): Promise<void> } => {
  const { world } = context;
  let feeding = true;
  const done = async (): Promise<number> =>
    (await world.observer.events()).filter(({ type }) => type === 'ISSUE_DONE').length;
  const loop = (async () => {
    while (feeding) {
      const open = world.filed() - (await done());
      if (open < UNDER_WAY) await world.file(UNDER_WAY - open);
      await blockCommands(context);
      await context.pause(500);
    }
  })();
  loop.catch(() => undefined);
  return {
    stop: async () => {
      feeding = false;
      await loop;
    },
  };
};

/** Everything ends as the issue did that met no fault. */
const compareEnds = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const shapes = async () => endShapes(await world.records.endState());
  const alike = async (): Promise<boolean> => {
    const { ends, left } = await shapes();
    return ends.size === 1 && left.length === 0;
  };
  const filed = world.filed();
  await context.seen('ISSUE_DONE', filed, 120_000);
  if (await context.until(alike, 30_000, 'every issue to end like the first')) return;
  const { ends, left } = await shapes();
  for (const [shape, issues] of [...ends].slice(1)) context.violated(`I2: ${issues.join(', ')} ended as ${shape}`);
  for (const text of left) context.violated(`I5: ${text}`);
};

/** Every point of the sources was struck; in a short run each was at least passed, so that no new one is forgotten. */
const demandAll = (context: RowContext, unstruck: Unstruck): void => {
  const { world, points, short } = context;
  const names = world.processes().map(({ name }) => name);
  const struck = new Set(names.flatMap(world.struck));
  const passed = new Set(names.flatMap(world.passed));
  context.note(`struck: ${[...struck].sort().join(', ')}`);
  for (const [service, left] of unstruck) {
    for (const point of left) context.violated(`the ${service} passed ${point} without faults, and not again`);
  }
  for (const point of points) {
    if (!(short ? passed : struck).has(point)) context.violated(`the fault point ${point} was never passed`);
  }
};

export const killAtPoints: FaultRow = {
  row: 1,
  name: 'kill -9 at every fault point',
  inShort: true,
  authors: 2,
  reviewers: 2,
  boundSeconds: 780,
  // One task may be struck in its worker more often than three times by chance, which is not what is asked here.
  policy: { maxAttempts: 9 },
  run: async (context) => {
    const { world } = context;
    await world.file(2);
    await blockCommands(context);
    if (!(await context.seen('ISSUE_DONE', 2, 90_000))) context.violated('two issues without a fault did not end');
    const feeding = startFeeding(context);
    await context.until(() => allPassed(context), LEARN_WITHIN_MS, 'every fault point to be passed without faults');
    const unstruck = learn(context);
    const lanes = world.processes().flatMap(({ name }) => {
      const service = serviceOf(name);
      const left = service && unstruck.get(service);
      if (service === undefined || left === undefined) return [];
      return [service === 'worker' ? workerLane(context, name, left) : serviceLane(context, name, left)];
    });
    await Promise.all(lanes);
    await feeding.stop();
    demandAll(context, unstruck);
    await compareEnds(context);
  },
};
