import { EVENTS_STREAM } from '@rig/contracts';
import { boardParts, differences } from '../../core/faults/end-state.js';
import { restart } from './restarting.js';
import type { FaultRow, RowContext } from './row.js';
import type { SavedBoard } from './world-parts.js';

const DISPATCHER = 'dispatcher-0';

/** The board as the dispatcher saves it when it is told to end; it has everything that the log has. */
const savedBoard = async (context: RowContext): Promise<SavedBoard | undefined> => {
  const { world } = context;
  for (let n = 0; n < 3; n++) {
    if (!(await restart(context, DISPATCHER, 'SIGTERM'))) return undefined;
    const [board, head] = [await world.records.board(), (await world.observer.events()).length];
    if (board?.position === head) return board;
  }
  return undefined;
};

/** Cuts off what the conductor's groups have taken, whoever else has not. */
const trimBehind = async ({ world }: RowContext): Promise<number> => {
  const groups = (await world.streams.groups(EVENTS_STREAM)).filter(({ name }) => name.startsWith('conductor.'));
  const taken = Math.min(...groups.map(({ lastPosition }) => lastPosition));
  await world.valkey(['XTRIM', EVENTS_STREAM, 'MINID', `${taken}-0`]);
  return taken;
};

/** A dispatcher that was never there: no board, no group, and a stream that begins behind everything it needs. */
const rebuild = async (context: RowContext): Promise<void> => {
  const { world } = context;
  // Stopped first, so that it cannot save in between.
  world.signal(DISPATCHER, 'SIGSTOP');
  await world.records.forgetBoard();
  await world.valkey(['XGROUP', 'DESTROY', EVENTS_STREAM, 'dispatcher']);
  const first = await trimBehind(context);
  context.injected(3);
  if (first < 2) context.violated('the stream was not trimmed: nothing was relayed');
  if (!(await restart(context, DISPATCHER))) context.violated('a rebuilt dispatcher did not become ready');
};

export const rebuiltConsumer: FaultRow = {
  row: 19,
  name: 'a consumer rebuilt behind its stream',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    await world.file(2);
    await context.seen('ISSUE_DONE', 2, 90_000);
    await context.until(async () => (await world.observer.undecided()) === 0, 30_000);
    const before = await savedBoard(context);
    await rebuild(context);
    const after = await savedBoard(context);
    if (before === undefined || after === undefined) return context.violated('the dispatcher saved no board');
    if (before.position !== after.position) context.note('the log went on between the two boards');
    else for (const text of differences(boardParts(before.state), boardParts(after.state))) context.violated(text);
    // In the middle of work, too.
    await world.file(2);
    await context.seen('ISSUE_ASSIGNED', 3, 30_000);
    await context.pause(context.random() * 3_000);
    await rebuild(context);
    if (!(await context.seen('ISSUE_DONE', 4, 90_000))) context.violated('I5: work ended with the rebuilt dispatcher');
  },
};
