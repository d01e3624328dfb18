import { EVENTS_STREAM, INBOX_STREAM } from '@rig/contracts';
import { restart } from './restarting.js';
import type { FaultRow, RowContext } from './row.js';

const DISPATCHER = 'dispatcher-0';
const SERVICES = ['conductor-0', 'gateway-0', DISPATCHER];
/** MiB; several times what a service holds when nothing happens. */
const MEMORY_BOUND = 600;
/** Longer than entries stay once every group has taken them, in milliseconds. */
const OLD_MS = 11 * 60_000;

/** Edits of one issue, each a delivery and an event. */
const editALot = async (context: RowContext, issue: number, edits: number): Promise<void> => {
  for (let n = 1; n <= edits; n++) await context.world.forge.edit(issue, { title: `Edited ${n} times` });
  context.injected();
};

const groupOf = async ({ world }: RowContext, stream: string, name: string) =>
  (await world.streams.groups(stream)).find((group) => group.name === name);

/** Events in plenty: a repository where nothing happens is paused and resumed. */
const manyEvents = async (context: RowContext, count: number): Promise<void> => {
  const target = { scope: 'repo', id: 'acme/elsewhere' };
  for (let n = 0; n < count; n++) {
    const how = n % 2 === 0 ? '/api/pause' : '/api/resume';
    const { status } = await context.world.doors.operate('POST', how, { target });
    if (status !== 200) context.violated(`${how} was answered with ${status}`);
  }
  context.injected();
};

/** A stopped dispatcher pins the stream, as long as it is not gone for a day. */
const stoppedDispatcher = async (context: RowContext, events: number): Promise<void> => {
  const { world } = context;
  if (world.signal(DISPATCHER, 'SIGSTOP')) context.injected();
  await world.file(1);
  await manyEvents(context, events);
  await world.streams.age(EVENTS_STREAM, OLD_MS);
  // Every start of the conductor begins with a pass of the trimming.
  if (!(await restart(context, 'conductor-0', 'SIGTERM'))) context.violated('the conductor did not start again');
  const trimmed = async (): Promise<boolean> => ((await world.streams.firstPosition(EVENTS_STREAM)) ?? 0) > 1;
  if (!(await context.until(trimmed, 70_000))) context.violated('nothing was trimmed');
  const [first, group] = [
    await world.streams.firstPosition(EVENTS_STREAM),
    await groupOf(context, EVENTS_STREAM, 'dispatcher'),
  ];
  if ((first ?? 0) > (group?.lastPosition ?? 0) + 1) {
    context.violated(`I2: the stream begins at ${first}, the dispatcher has read up to ${group?.lastPosition}`);
  }
  world.signal(DISPATCHER, 'SIGCONT');
  const caughtUp = async (): Promise<boolean> => {
    const now = await groupOf(context, EVENTS_STREAM, 'dispatcher');
    return now?.lag === 0 && now.pending === 0;
  };
  if (!(await context.until(caughtUp, 60_000))) context.violated('the dispatcher did not catch up');
};

/** The forge takes requests and never answers: every handler that asks it is stuck until its deadline. */
const stuckHandlers = async (context: RowContext, issue: number, edits: number): Promise<void> => {
  const { world } = context;
  const link = world.link('conductor-0>forge');
  if (link === undefined) return context.violated('no link to the forge');
  link.partition('to-client');
  context.injected();
  await editALot(context, issue, edits);
  const stuck = async (): Promise<boolean> => ((await groupOf(context, INBOX_STREAM, 'conductor'))?.pending ?? 0) > 1;
  if (!(await context.until(stuck, 15_000))) context.violated('no handler was stuck');
  await world.streams.age(INBOX_STREAM, OLD_MS);
  await world.streams.trim(INBOX_STREAM);
  const lost = await world.streams.lostPending(INBOX_STREAM, 'conductor');
  if (lost > 0) context.violated(`I2: trimming passed ${lost} entries that were being handled`);
  link.heal();
  if (!(await context.until(async () => (await world.observer.undecided()) === 0, 60_000))) {
    context.violated('I5: deliveries were left when the forge answered again');
  }
};

const boundedMemory = async ({ world, violated, note }: RowContext): Promise<void> => {
  for (const name of SERVICES) {
    const held = await world.memory(name);
    note(`${name} holds ${Math.round(held ?? 0)} MiB`);
    if ((held ?? 0) > MEMORY_BOUND) violated(`${name} holds ${Math.round(held ?? 0)} MiB`);
  }
};

export const slowConsumers: FaultRow = {
  row: 13,
  name: 'a stopped consumer, handlers that hang',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    await world.file(1);
    await context.seen('ISSUE_DONE', 1, 90_000);
    const issue = await world.forge.fileUnapproved('Edited many times');
    await stoppedDispatcher(context, context.short ? 100 : 1_000);
    await stuckHandlers(context, issue, context.short ? 20 : 60);
    await boundedMemory(context);
  },
};
