import { startKnocking } from './knocking.js';
import type { FaultRow, RowContext } from './row.js';
import type { Disk, DiskName } from './world-parts.js';

const HOLD_MS = 5_000;
const WITHIN_MS = 30_000;

/** Does something while a disk is full; the gateway is knocked at all the time. */
const whileFull = async (
  context: RowContext,
  name: DiskName,
  what: (disk: Disk) => Promise<void>,
): Promise<readonly { readonly status: number }[]> => {
  const { world } = context;
  const disk = world.disk(name);
  if (disk === undefined) throw new Error(`there is no disk for ${name}`);
  const knocking = startKnocking(context);
  await disk.fill();
  context.injected();
  try {
    await what(disk);
  } finally {
    await disk.free();
    context.injected();
  }
  const back = async (): Promise<boolean> =>
    (await world.send('star', { action: 'created', back: name })).status === 202;
  if (!(await context.until(back, WITHIN_MS, `the gateway to take deliveries again (${name})`))) {
    context.violated(`no delivery was taken after the disk of ${name} was freed`);
  }
  return knocking.stop();
};

/** Valkey refuses to write; whatever is accepted is in Postgres, and waits. */
const fullAppendOnlyFile = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const write = (): Promise<boolean> =>
    world.valkey(['SET', 'rig:faults:probe', 'x']).then(
      () => true,
      () => false,
    );
  const answers = await whileFull(context, 'valkey', async () => {
    await world.file(1);
    if (!(await context.until(async () => !(await write()), WITHIN_MS, 'Valkey to refuse a write'))) {
      context.violated('Valkey went on writing on a full disk');
    }
    await context.pause(HOLD_MS);
  });
  if (!answers.some(({ status }) => status === 202))
    context.violated('nothing was accepted while Valkey could not write');
  if (!(await context.until(write, WITHIN_MS, 'Valkey to write again'))) context.violated('Valkey did not write again');
};

/** Postgres cannot write: nothing is accepted that would not be kept. */
const fullWriteAheadLog = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const answers = await whileFull(context, 'postgres', async () => {
    // Each takes a new file, of which there is none.
    for (let n = 0; n < 8; n++) {
      const switched = await world.observer.pool.query('select pg_switch_wal()').then(
        () => true,
        () => false,
      );
      if (!switched) break;
      await world.send('star', { action: 'created', wal: n });
    }
    await world.forge.fileUnapproved('Filed while nothing could be written');
    await context.pause(HOLD_MS);
  });
  if (!answers.some(({ status }) => status === 503))
    context.violated('nobody was told to come again: the disk was not full');
};

const WORKER = 'dev-e-1-0';

/** The work is done, and its report finds the disk full. */
const fullSpool = async (context: RowContext): Promise<void> => {
  const { world } = context;
  world.arm(WORKER, 'push.before:1:stop');
  await world.file(1);
  const stopped = (): boolean => world.struck(WORKER).length > 0;
  if (!(await context.until(stopped, 60_000, 'a worker to come to its push'))) context.violated('nothing was pushed');
  world.disarm(WORKER);
  await whileFull(context, 'work', async () => {
    // Told more than once: what says that it stops does not say that it has stopped.
    for (let n = 0; n < 5; n++) {
      world.signal(WORKER, 'SIGCONT');
      await context.pause(HOLD_MS / 5);
    }
  });
};

/** A worker that cannot even begin: its attempt fails, and is made again. */
const fullWorktree = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const started = (await world.observer.events()).filter(({ type }) => type === 'ATTEMPT_STARTED').length;
  await whileFull(context, 'work', async () => {
    await world.file(1);
    if (!(await context.seen('ATTEMPT_STARTED', started + 1, WITHIN_MS))) context.violated('nothing was worked on');
    const failed = async (): Promise<boolean> =>
      (await world.log(WORKER)).some(({ message, how }) => message === 'an attempt ended' && how === 'failed');
    if (!(await context.until(failed, WITHIN_MS, 'an attempt to fail')))
      context.violated('work was done on a full disk');
    await context.pause(HOLD_MS);
  });
};

/** @param whyNot  why no small disk can be made here */
export const fullDisks = (whyNot: () => Promise<string | undefined>): FaultRow => ({
  row: 12,
  name: 'disks full under AOF, WAL and spool',
  inShort: false,
  smallDisks: true,
  skip: whyNot,
  run: async (context) => {
    await context.world.file(1);
    await context.seen('ISSUE_DONE', 1, 90_000);
    await fullAppendOnlyFile(context);
    await context.seen('ISSUE_DONE', 2, 60_000);
    await fullWriteAheadLog(context);
    await fullSpool(context);
    await context.seen('ISSUE_DONE', 3, 60_000);
    await fullWorktree(context);
    if (!(await context.seen('ISSUE_DONE', 4, 120_000))) context.violated('I5: work ended with the disks');
  },
});
