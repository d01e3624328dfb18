import { startPostgres, startValkey } from '@rig/embedded';
import { systemClock } from '@rig/kernel';
import { keepServer, type KeptServer } from '../../flows/keep-server.js';
import type { ProcessEvent } from '../../core/process-spec.js';
import { alwaysAfter } from '../../core/restart-policy.js';

export interface Servers {
  readonly postgres: KeptServer;
  readonly valkey: KeptServer;
}

/** Milliseconds between the death of a server and its next start: an outage that everybody meets. */
const OUTAGE_MS = 1_500;

/** Postgres and Valkey of one run, started again at the same address when they are killed. */
export const startServers = async (data: string, notify: (event: ProcessEvent) => void): Promise<Servers> => {
  const kept = { clock: systemClock, notify, policy: alwaysAfter(OUTAGE_MS) };
  const on = (port: number | undefined) => (port === undefined ? {} : { port });
  const [postgres, valkey] = await Promise.all([
    keepServer({
      ...kept,
      name: 'postgres',
      start: (port) => startPostgres({ dataDir: `${data}/postgres`, ...on(port) }),
    }),
    keepServer({ ...kept, name: 'valkey', start: (port) => startValkey({ dataDir: `${data}/valkey`, ...on(port) }) }),
  ]);
  return { postgres, valkey };
};
