import type { Forge } from '@rig/forge';
import type { Inbox } from '@rig/inbox';
import { isoTime, type Clock } from '@rig/kernel';
import type { Mended } from './sweep.js';

export interface SweepDeliveriesDeps {
  readonly forge: Pick<Forge, 'deliveries' | 'redeliver'>;
  readonly inbox: Pick<Inbox, 'missing'>;
  readonly clock: Clock;
}

/** How far back is looked while running, in milliseconds: each pass reads few pages. */
const WINDOW_MS = 10 * 60_000;
/** How far back the first pass looks: what was missed while nothing of Rig ran. The forge keeps three days. */
const FIRST_WINDOW_MS = 3 * 24 * 3_600_000;
/** A delivery that failed is asked for at most so often (a quarter of an hour); then the issue and pull sweeps remain. */
const MAX_TRIES = 60;
/**
 * One that was answered and does not lie in the inbox is asked for once: it is lost where the database was restored from
 * an older copy, and it never lay there where its like came before under another id, which nobody can tell from here.
 */
const MAX_TRIES_ARRIVED = 1;
/** Deliveries asked for in one pass: bounds what the sweep takes of the forge's rate budget. */
const MAX_PER_PASS = 50;

/**
 * Asks the forge again for deliveries that the gateway did not answer with 2xx, or that are not in the inbox although it
 * did: GitHub itself never sends twice. The gateway knows a delivery by its GUID, so one that came through after all
 * counts once.
 */
export const createSweepDeliveries = ({ forge, inbox, clock }: SweepDeliveriesDeps) => {
  let tries = new Map<string, number>();
  let window = FIRST_WINDOW_MS;
  // A database is restored while nothing of Rig runs: whether something is missing is asked until nothing is.
  let restored = true;
  return async (signal: AbortSignal): Promise<Mended> => {
    const listed = await forge.deliveries(isoTime(clock.now() - window));
    const missing = new Set(restored ? await inbox.missing(listed.map(({ guid }) => guid)) : []);
    const lost = listed.filter(({ guid, arrived }) => !arrived || missing.has(guid));
    // What is no longer among the lost is forgotten: the map holds no more than one listing does.
    tries = new Map(lost.flatMap(({ guid }) => (tries.has(guid) ? [[guid, tries.get(guid) ?? 0]] : [])));
    const due = lost
      .filter(({ guid, arrived }) => (tries.get(guid) ?? 0) < (arrived ? MAX_TRIES_ARRIVED : MAX_TRIES))
      .slice(-MAX_PER_PASS);
    const asked: string[] = [];
    // The oldest first: the order in which things happened.
    for (const { id, guid } of due.reverse()) {
      if (signal.aborted) break;
      tries.set(guid, (tries.get(guid) ?? 0) + 1);
      await forge.redeliver(id);
      asked.push(guid);
    }
    restored = restored && asked.length > 0;
    // As long as something old is still asked for, the old must be looked at.
    window = asked.length > 0 ? FIRST_WINDOW_MS : WINDOW_MS;
    return asked;
  };
};
