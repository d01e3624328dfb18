import { fullDisks } from './row-disks.js';
import { underLoad } from './row-load.js';
import { rollingUpgrade } from './row-upgrade.js';
import { slowConsumers } from './row-slow.js';
import { rebuiltConsumer } from './row-rebuilt.js';
import { forgedDeliveries } from './rows-of-input.js';
import { lateDeliveries } from './rows-of-order.js';
import { poisonedStreams } from './rows-of-poison.js';
import { killAtPoints } from './row-fault-points.js';
import { zombieWorker } from './row-zombie.js';
import { killServices, noWorkers } from './rows-of-processes.js';
import { postgresLost } from './row-postgres.js';
import { forgeRefuses } from './row-forge.js';
import { partitions } from './row-partitions.js';
import { valkeyKilled, valkeyStopped, valkeyWiped } from './rows-of-valkey.js';
import type { FaultRow } from './run-row.js';

export interface RowOptions {
  /** How long the load of row 14 lasts. */
  readonly loadSeconds: number;
  /** Why no small disk can be made here; undefined when one can. */
  whyNoDisks(): Promise<string | undefined>;
}

/** The rows of the fault table that need a running system, in order; the others are tests beside the code. */
export const faultRows = ({ loadSeconds, whyNoDisks }: RowOptions): readonly FaultRow[] => [
  killAtPoints,
  zombieWorker,
  valkeyKilled,
  valkeyWiped,
  valkeyStopped,
  postgresLost,
  partitions,
  lateDeliveries,
  forgedDeliveries,
  poisonedStreams,
  fullDisks(whyNoDisks),
  slowConsumers,
  underLoad(loadSeconds),
  rollingUpgrade,
  killServices,
  rebuiltConsumer,
  forgeRefuses,
  noWorkers,
];
