import { conductorProjections } from '@rig/conductor/dist/flows/projections.js';
import { createPostgresEventStore } from '@rig/event-store';
import { silentLogger } from '@rig/kernel';
import { answerParent } from '../harness/child.js';
import { openConductorPool, SCHEMA } from './conductor.js';

export interface RebuildEnd {
  readonly events: number;
  readonly seconds: number;
  /** Bytes. */
  readonly peakRss: number;
}

/** Rebuilds every projection of the conductor, in a process of its own. */
answerParent<{ readonly url: string }>(async ({ url }): Promise<RebuildEnd & Record<string, number>> => {
  const pool = openConductorPool(url);
  const store = createPostgresEventStore({
    pool,
    schema: SCHEMA,
    projections: conductorProjections,
    logger: silentLogger,
  });
  const started = performance.now();
  const events = await store.rebuild(conductorProjections);
  const seconds = (performance.now() - started) / 1_000;
  await store.close();
  await pool.end();
  return { events, seconds, peakRss: process.resourceUsage().maxRSS * 1_024 };
});
