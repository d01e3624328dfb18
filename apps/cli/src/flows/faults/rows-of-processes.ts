import { shuffled } from '../../core/faults/seeded.js';
import type { FaultRow, RowContext } from './run-row.js';

const SERVICES = ['conductor-0', 'gateway-0', 'dispatcher-0'];

const alive = (context: RowContext, name: string): boolean =>
  context.world.processes().some((one) => one.name === name && one.pid !== null);

/** Kills a process and waits until the supervisor has started it again. */
const restart = async (context: RowContext, name: string): Promise<void> => {
  const { world } = context;
  const before = world.processes().find((one) => one.name === name)?.pid;
  if (!world.signal(name, 'SIGKILL')) return;
  context.injected();
  await context.until(() => {
    const now = world.processes().find((one) => one.name === name)?.pid;
    return now !== null && now !== undefined && now !== before;
  }, 15_000);
};

export const killServices: FaultRow = {
  row: 17,
  name: 'two of every service, killed in turn',
  inShort: true,
  authors: 2,
  twice: true,
  run: async (context) => {
    const { world } = context;
    await world.file(context.short ? 3 : 6);
    for (const name of shuffled([...SERVICES, ...SERVICES.map((one) => `${one}-b`)], context.random)) {
      if (alive(context, name)) await restart(context, name);
    }
  },
};

export const noWorkers: FaultRow = {
  row: 21,
  name: 'nobody works when the first task comes',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    const workers = world.processes().filter(({ name }) => /^(dev-e|review-e)-/.test(name));
    for (const { name } of workers) if (world.signal(name, 'SIGSTOP')) context.injected();
    await world.file(1);
    if (!(await context.seen('ISSUE_ASSIGNED', 1))) context.violated('I5: nothing was assigned without a worker');
    for (const { name } of workers) world.signal(name, 'SIGCONT');
  },
};
