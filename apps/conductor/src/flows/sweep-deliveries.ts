import type { Forge } from '@rig/forge';
import { isoTime, type Clock } from '@rig/kernel';
import type { SweepOutcome } from './sweep-outcome.js';

export interface SweepDeliveriesDeps {
  readonly forge: Pick<Forge, 'failedDeliveries' | 'redeliver'>;
  readonly clock: Clock;
}

/** How far back is looked while running, in milliseconds: each pass reads few pages. */
const WINDOW_MS = 10 * 60_000;
/** How far back the first pass looks: what was missed while nothing of Rig ran. The forge keeps three days. */
const FIRST_WINDOW_MS = 3 * 24 * 3_600_000;
/** One delivery is asked for again at most so often (a quarter of an hour); then the issue and pull sweeps remain. */
const MAX_TRIES = 60;
/** Deliveries asked for in one pass: bounds what the sweep takes of the forge's rate budget. */
const MAX_PER_PASS = 50;

/**
 * Asks the forge again for deliveries that the gateway did not answer with 2xx: GitHub itself never sends twice.
 * The gateway knows a delivery by its GUID, so one that came through after all counts once.
 */
export const createSweepDeliveries = ({ forge, clock }: SweepDeliveriesDeps) => {
  let tries = new Map<string, number>();
  let window = FIRST_WINDOW_MS;
  return async (signal: AbortSignal): Promise<SweepOutcome> => {
    const failed = await forge.failedDeliveries(isoTime(clock.now() - window));
    // What is no longer among the failed is forgotten: the map holds no more than one listing does.
    tries = new Map(failed.flatMap(({ guid }) => (tries.has(guid) ? [[guid, tries.get(guid) ?? 0]] : [])));
    const due = failed.filter(({ guid }) => (tries.get(guid) ?? 0) < MAX_TRIES).slice(-MAX_PER_PASS);
    // The oldest first: the order in which things happened.
    for (const { id, guid } of due.reverse()) {
      if (signal.aborted) break;
      tries.set(guid, (tries.get(guid) ?? 0) + 1);
      await forge.redeliver(id);
    }
    // As long as something old is still asked for, the old must be looked at.
    window = due.length > 0 ? FIRST_WINDOW_MS : WINDOW_MS;
    return due.length > 0 ? 'mended' : 'idle';
  };
};
