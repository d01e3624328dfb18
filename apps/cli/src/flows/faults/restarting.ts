import type { RowContext } from './row.js';

/** A worker that is told to end may finish what it works on. */
const RESTART_MS = 30_000;
const READY_MS = 30_000;

const pidOf = ({ world }: RowContext, name: string): number | null =>
  world.processes().find((one) => one.name === name)?.pid ?? null;

/** Ends a process by a signal and waits until its successor is ready; false where one of the two did not come about. */
export const restart = async (
  context: RowContext,
  name: string,
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<boolean> => {
  const { world, until } = context;
  const before = pidOf(context, name);
  if (!world.signal(name, signal)) return false;
  context.injected();
  const followed = (): boolean => ![before, null].includes(pidOf(context, name));
  if (!(await until(followed, RESTART_MS, `${name} to start again`))) return false;
  return until(async () => (await world.ready(name)).status === 200, READY_MS, `${name} to be ready again`);
};
