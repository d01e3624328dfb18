import type { ServicePart } from '@rig/nest-kit';
import { createLoop } from '@rig/kernel';
import { createMeasure } from './gauges.js';
import { createRepairs, type RepairDeps } from './repairs.js';

export type LoopDeps = Omit<RepairDeps, 'onOutcome'>;

/** How long one sign of life is believed, and how often it is given, in milliseconds. */
const ALIVE_MS = 15_000;
const ALIVE_EVERY_MS = 5_000;

/** Everything that the conductor does by the clock. */
export const createLoops = (deps: LoopDeps): readonly ServicePart[] => {
  const { kit, bus, inbox, forge, agents } = deps;
  const { clock, logger } = kit;
  const count = kit.counter({
    name: 'rig_loop_passes_total',
    help: 'Passes of loops by outcome',
    labels: ['loop', 'outcome'],
  });
  const onOutcome = (loop: string, outcome: string): void => count({ loop, outcome });
  const loop = (name: string, everyMs: number, once: (signal: AbortSignal) => Promise<string>): ServicePart => {
    const { start, stop } = createLoop({ name, everyMs, once, clock, logger, onOutcome });
    return { name, start, stop };
  };
  return [
    ...createRepairs({ ...deps, onOutcome }),
    loop('gauges', 10_000, createMeasure({ kit, inbox, bus, log: deps.log, forge, agents })),
    loop('sign of life', ALIVE_EVERY_MS, async () => {
      await bus.markAlive('conductor', ALIVE_MS);
      return 'alive';
    }),
  ];
};
