import { shuffled } from '../../core/faults/seeded.js';
import type { FaultRow, RowContext } from './row.js';

const SERVICES = ['conductor-0', 'gateway-0', 'dispatcher-0', 'guard-svc-0'];
const BOTH = SERVICES.flatMap((name) => [name, `${name}-b`]);

/** Kills a process and waits until the supervisor has started it again; not until it is ready. */
const restart = async (context: RowContext, name: string): Promise<void> => {
  const { world } = context;
  const before = world.processes().find((one) => one.name === name)?.pid;
  if (!world.signal(name, 'SIGKILL')) return;
  context.injected();
  const again = (): boolean => {
    const now = world.processes().find((one) => one.name === name)?.pid;
    return now !== null && now !== undefined && now !== before;
  };
  await context.until(again, 15_000, `${name} to be started again`);
};

/** Of two dispatchers one decides; a standby is ready and says that it is one. */
const leadersOf = async ({ world }: RowContext): Promise<readonly string[]> => {
  const names = ['dispatcher-0', 'dispatcher-0-b'];
  const said = await Promise.all(names.map((name) => world.ready(name)));
  return names.filter((_, index) => said[index]?.notes.some((note) => note.includes('leading at')));
};

/** A leader that is stopped keeps its connections; its standby leads all the same, and goes on when it is back. */
const stopLeader = async (context: RowContext): Promise<void> => {
  const [stopped] = await leadersOf(context);
  if (stopped === undefined || !context.world.signal(stopped, 'SIGSTOP')) return;
  context.injected();
  const another = async (): Promise<boolean> => {
    const leaders = await leadersOf(context);
    return leaders.length === 1 && !leaders.includes(stopped);
  };
  if (!(await context.until(another, 40_000, `another to lead instead of ${stopped}`))) {
    context.violated(`I5: nobody led while ${stopped} was stopped`);
  }
  context.world.signal(stopped, 'SIGCONT');
  if (!(await context.until(another, 20_000, `${stopped} to see that another leads`))) {
    context.violated(`I1: ${stopped} went on leading after it was stopped`);
  }
};

/** What is said once per change of reason is not said by each of two. */
const demandOnce = async (context: RowContext): Promise<void> => {
  const last = new Map<string, string>();
  for (const { type, subject, data, position } of await context.world.observer.events()) {
    const said = type === 'ISSUE_DEFERRED' ? `deferred ${String(data['code'])}` : type;
    if (type === 'ISSUE_DEFERRED' && last.get(subject) === said) {
      context.violated(`I2: ${subject} was ${said} twice in a row, at ${position}`);
    }
    last.set(subject, said);
  }
};

const CLASH = 'another process has this HOSTNAME';

/** Two processes under one name: both say so, and what they do stays right. */
const clash = async (context: RowContext, name: string): Promise<void> => {
  const { world } = context;
  const twin = `${name}-twin`;
  await world.startTwin(name, twin);
  context.injected();
  for (const one of [name, twin]) {
    const said = async (): Promise<boolean> => {
      const [lines, { notes }] = await Promise.all([world.log(one), world.ready(one)]);
      return (
        lines.some(({ message }) => message === CLASH) && notes.some((note) => note.includes('another process is'))
      );
    };
    if (await context.until(said, 25_000, `${one} to notice that its HOSTNAME is taken`)) continue;
    context.violated(`${one} did not say that another process has its HOSTNAME`);
  }
};

export const killServices: FaultRow = {
  row: 17,
  name: 'two of every service, killed; one HOSTNAME',
  inShort: true,
  authors: 2,
  twice: true,
  run: async (context) => {
    const { world, short } = context;
    await world.file(short ? 2 : 5);
    for (const name of shuffled(BOTH, context.random)) {
      await restart(context, name);
      if ((await leadersOf(context)).length > 1) context.violated('I1: two dispatchers lead');
    }
    const leads = async (): Promise<boolean> => (await leadersOf(context)).length === 1;
    if (!(await context.until(leads, 30_000, 'a dispatcher to lead'))) context.violated('no dispatcher leads');
    if (!short) {
      await world.file(1);
      await stopLeader(context);
      await Promise.all(['conductor-0', 'dispatcher-0', 'gateway-0', 'dev-e-1-0'].map((name) => clash(context, name)));
    }
    await demandOnce(context);
  },
};

export const noWorkers: FaultRow = {
  row: 21,
  name: 'nobody works when the first task comes',
  inShort: false,
  later: /^(dev-e|review-e)-/,
  run: async (context) => {
    const { world } = context;
    await world.file(1);
    context.injected();
    if (!(await context.seen('ISSUE_ASSIGNED', 1, 30_000)))
      context.violated('I5: nothing was assigned without a worker');
    const stream = 'rig:dev-e-1:tasks';
    const lags = async (): Promise<boolean> => (await world.streams.groups(stream)).some(({ lag }) => lag === 1);
    if (!(await context.until(lags, 15_000, 'the offer to lie unread'))) context.violated(`${stream} shows no lag`);
    await context.pause(2_000);
    if ((await world.observer.events()).some(({ type }) => type === 'ATTEMPT_STARTED')) {
      context.violated('an attempt was started without a worker');
    }
    const began = context.now();
    await world.startLater();
    if (!(await context.seen('ATTEMPT_STARTED', 1, 30_000))) context.violated('the first worker did not take the task');
    context.note(`taken ${Math.round(context.now() - began)} ms after the workers were started`);
    const taken = async (): Promise<boolean> => (await world.streams.groups(stream)).every(({ lag }) => lag === 0);
    if (!(await context.until(taken, 15_000))) context.violated(`${stream} still shows a lag`);
  },
};
