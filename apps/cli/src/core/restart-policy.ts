/** A child that lived at least this long, in milliseconds, is thought healthy: its next death starts counting afresh. */
export const HEALTHY_AFTER_MS = 10_000;
/** Deaths within that time, one after the other, after which the supervisor gives up and says so. */
export const MAX_FAST_DEATHS = 10;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

export type RestartDecision =
  | { readonly restart: true; readonly delayMs: number; readonly fastDeaths: number }
  | { readonly restart: false; readonly fastDeaths: number };

/** What follows when a child died: quick first restart (200 ms, doubled up to 5 s), giving up after 10 fast deaths. */
export const afterDeath = (fastDeathsBefore: number, uptimeMs: number): RestartDecision => {
  const fastDeaths = uptimeMs >= HEALTHY_AFTER_MS ? 1 : fastDeathsBefore + 1;
  if (fastDeaths >= MAX_FAST_DEATHS) return { restart: false, fastDeaths };
  return { restart: true, delayMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (fastDeaths - 1)), fastDeaths };
};
