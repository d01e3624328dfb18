import { startKnocking } from './knocking.js';
import type { FaultRow, RowContext } from './row.js';

const CUT_ALL =
  'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()';

const headOf = async ({ world }: RowContext): Promise<number> => (await world.observer.events()).at(-1)?.position ?? 0;

/** Appends that were committed and whose answer never came, and the same for what the gateway stores. */
const cutBehindCommit = async (context: RowContext, times: number): Promise<void> => {
  const { world } = context;
  const [log, inbox] = [world.link('conductor-0>postgres'), world.link('gateway-0>postgres')];
  if (log === undefined || inbox === undefined) return context.violated('a link to Postgres is missing');
  for (let n = 1; n <= times; n++) {
    log.cutAnswer(/append\.conductor/, 1);
    // The first brings work for the others.
    if (n === 1) await world.file(1);
    const cut = await context.until(() => log.cuts() >= n, 20_000, 'an append whose answer is lost');
    if (!cut) return context.violated('no append met the cut');
    context.injected();
  }
  // By the statement's name: where it was prepared before, its text is not sent again.
  inbox.cutAnswer(/inbox\.store\./, 1);
  await world.send('star', { action: 'created', cut: context.random() });
  if (!(await context.until(() => inbox.cuts() > 0, 10_000))) context.violated('nothing stored met the cut');
  context.injected();
};

/** The server ends without a word, while deliveries come in; it is back a moment later. */
const stopAtOnce = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const knocking = startKnocking(context);
  await context.pause(500);
  if (world.signal('postgres', 'SIGQUIT')) context.injected();
  const died = (): boolean => world.deaths.includes('postgres');
  if (!(await context.until(died, 10_000))) context.violated('Postgres did not stop');
  const back = async (): Promise<boolean> => (await headOf(context)) >= 0;
  if (!(await context.until(back, 30_000, 'Postgres to come back'))) context.violated('Postgres did not come back');
  await context.pause(1_000);
  await knocking.stop();
};

/** A conductor that fell silent with the append lock in its hands: the lock must not stay with it. */
const holdLock = async (context: RowContext): Promise<void> => {
  const { world } = context;
  await world.observer.holdAppendLock();
  context.injected();
  const [before, since] = [await headOf(context), context.now()];
  await world.file(1);
  // 10 s until the silent session is ended, 5 s for who waits for the lock, and what a busy machine adds.
  const went = await context.until(async () => (await headOf(context)) > before, 25_000, 'an append behind the lock');
  context.note(`appends went on after ${Math.round(context.now() - since)} ms`);
  if (!went) context.violated('no append within 25 s of a session that fell silent with the lock');
};

/** Stopped in mid-append, not dead: its connections stay. */
const stopConductor = async (context: RowContext): Promise<void> => {
  const { world } = context;
  world.arm('conductor-0', 'append.before-commit:1:stop');
  await world.file(1);
  const stopped = (): boolean => world.struck('conductor-0').includes('append.before-commit');
  if (!(await context.until(stopped, 20_000))) return context.violated('the conductor was not stopped in an append');
  context.injected();
  await context.pause(6_000);
  world.signal('conductor-0', 'SIGCONT');
};

export const postgresLost: FaultRow = {
  row: 6,
  name: 'Postgres stopped, cut, its lock held',
  inShort: true,
  flawless: true,
  run: async (context) => {
    const { world, short } = context;
    await world.file(2);
    await context.seen('ISSUE_ASSIGNED', 1);
    for (let n = 0; n < (short ? 1 : 4); n++) {
      await context.pause(context.random() * 1_500);
      await world.observer.pool.query(CUT_ALL).catch(() => undefined);
      context.injected();
    }
    await cutBehindCommit(context, short ? 1 : 3);
    await stopAtOnce(context);
    if (short) return;
    await stopConductor(context);
    await holdLock(context);
  },
};
