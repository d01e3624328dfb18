import { EVENTS_STREAM, FACTS_STREAM, GROUPS, INBOX_STREAM, tasksStream } from '@rig/contracts';
import { startKnocking } from './knocking.js';
import type { FaultRow, RowContext } from './row.js';

const STREAMS = [INBOX_STREAM, FACTS_STREAM, EVENTS_STREAM, tasksStream('dev-e-1'), tasksStream('review-e-1')];

/** Everybody who talks to Valkey; the forge does not. */
const clients = ({ world }: RowContext): readonly string[] =>
  world.processes().flatMap(({ name }) => (name.startsWith('dev-forge') ? [] : [name]));

/** What Valkey holds: entries delivered, acknowledged and pending, by stream and group. */
const contents = async ({ world }: RowContext): Promise<string> => {
  const all = await Promise.all(STREAMS.map(async (stream) => [stream, await world.streams.groups(stream)] as const));
  return JSON.stringify(all);
};

const kill = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const deaths = world.deaths.filter((name) => name === 'valkey').length;
  if (!world.signal('valkey', 'SIGKILL')) return context.violated('Valkey was not there to be killed');
  context.injected();
  const died = (): boolean => world.deaths.filter((name) => name === 'valkey').length > deaths;
  await context.until(died, 10_000, 'Valkey to be dead');
  const back = async (): Promise<boolean> => (await world.valkey(['PING']))[0] === 'PONG';
  if (!(await context.until(back, 20_000, 'Valkey to be back'))) context.violated('Valkey did not come back');
};

/** Killed while everybody holds still: what was acknowledged stays so, and what is pending is still pending. */
const killInStillness = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const stopped = clients(context).filter((name) => world.signal(name, 'SIGSTOP'));
  const before = await contents(context);
  await kill(context);
  const after = await contents(context);
  for (const name of stopped) world.signal(name, 'SIGCONT');
  if (before !== after) context.violated(`I2: a killed Valkey came back with other contents: ${before} then ${after}`);
};

export const valkeyKilled: FaultRow = {
  row: 3,
  name: 'Valkey killed with its append-only file',
  inShort: false,
  run: async (context) => {
    await context.world.file(3);
    for (let n = 0; n < 3; n++) {
      await context.seen('ISSUE_ASSIGNED', n + 1);
      await context.pause(context.random() * 3_000);
      await (n === 1 ? killInStillness(context) : kill(context));
    }
  },
};

const wipe = async ({ world, injected }: RowContext): Promise<void> => {
  await world.valkey(['FLUSHALL']);
  injected();
};

/** The forge was told 202, and the conductor has not seen it: the wake-up is gone. */
const wipeBeforeDecision = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const opened = (await world.observer.events()).filter(({ type }) => type === 'ISSUE_OPENED').length;
  world.signal('conductor-0', 'SIGSTOP');
  await world.file(1);
  const waits = async (): Promise<boolean> => (await world.observer.undecided()) > 0;
  if (!(await context.until(waits, 20_000, 'a delivery to be taken'))) context.violated('nothing was taken');
  await wipe(context);
  world.signal('conductor-0', 'SIGCONT');
  if (!(await context.seen('ISSUE_OPENED', opened + 1, 30_000))) {
    context.violated('I2: a delivery whose wake-up was wiped was not decided within 30 s');
  }
};

/** An assignment is committed, and its offer is not written yet. */
const wipeBeforeOffer = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const struck = (): number => world.struck('conductor-0').length;
  let seen = struck();
  world.arm('conductor-0', 'relay.before-xadd:1:stop');
  await world.file(1);
  for (let met = false; !met; seen += 1) {
    const stopped = await context.until(() => struck() > seen, 45_000, 'the relay to have something to relay');
    if (!stopped) return context.violated('no assignment was about to be relayed');
    const relayed = await world.streams.lastPosition(EVENTS_STREAM);
    const waiting = (await world.observer.events()).filter(({ position }) => position > relayed);
    met = waiting.some(({ type }) => type === 'ISSUE_ASSIGNED');
    if (met) await wipe(context);
    else world.arm('conductor-0', 'relay.before-xadd:1:stop');
    world.signal('conductor-0', 'SIGCONT');
  }
};

/** Groups are made again by whoever writes or reads. */
const demandGroups = async (context: RowContext): Promise<void> => {
  const { streams } = context.world;
  for (const [stream, groups] of Object.entries(GROUPS)) {
    const there = async (): Promise<boolean> => {
      const names = (await streams.groups(stream)).map(({ name }) => name);
      return groups.every((group) => names.includes(group));
    };
    if (!(await context.until(there, 30_000, `the groups of ${stream}`))) context.violated(`${stream} lacks a group`);
  }
};

export const valkeyWiped: FaultRow = {
  row: 4,
  name: 'Valkey wiped at any moment',
  inShort: true,
  run: async (context) => {
    await wipeBeforeDecision(context);
    await wipeBeforeOffer(context);
    for (let n = 0; n < (context.short ? 1 : 4); n++) {
      if (n % 2 === 1) await context.world.file(1);
      await context.pause(context.random() * 2_500);
      await wipe(context);
    }
    await demandGroups(context);
  },
};

/** Its answers need neither server: it stays in service, and says what it lacks. */
const answersWithoutValkey = (name: string): boolean => name.startsWith('guard-svc-');

/** Everybody says that they are not ready, or that they are again. */
const demandReadiness = async (context: RowContext, status: number, withinMs: number): Promise<void> => {
  const { world } = context;
  for (const name of clients(context)) {
    const says = async (): Promise<boolean> => {
      const { status: said, notes } = await world.ready(name);
      const tells = notes.some((note) => note.includes('Valkey is away'));
      return answersWithoutValkey(name) ? said === 200 && tells === (status === 503) : said === status;
    };
    if (await context.until(says, withinMs, `${name} to answer ${status}`)) continue;
    const { status: said, notes } = await world.ready(name);
    context.violated(`${name} answered ${String(said)} to /readyz, not ${status} (${notes.join('; ')})`);
  }
};

/** People's questions are answered, or refused, in time. */
const askThroughout = async (context: RowContext, ms: number): Promise<void> => {
  const until = context.now() + ms;
  while (context.now() < until) {
    const began = context.now();
    const { status } = await context.world.doors.operate('GET', '/api/issues');
    const took = context.now() - began;
    if (status !== 200 && status !== 503) context.violated(`GET /api/issues was answered with ${status}`);
    if (took > 10_000) context.violated(`GET /api/issues took ${Math.round(took)} ms`);
    await context.pause(1_000);
  }
};

export const valkeyStopped: FaultRow = {
  row: 5,
  name: 'Valkey stopped for 30 s',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    await world.file(2);
    await context.seen('ISSUE_ASSIGNED', 1);
    if (world.signal('valkey', 'SIGSTOP')) context.injected();
    const began = context.now();
    const knocking = startKnocking(context);
    await demandReadiness(context, 503, 15_000);
    await askThroughout(context, 30_000 - (context.now() - began));
    await knocking.stop();
    world.signal('valkey', 'SIGCONT');
    context.injected();
    await demandReadiness(context, 200, 20_000);
  },
};
