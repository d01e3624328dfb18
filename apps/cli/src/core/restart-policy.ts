/** A child that lived at least this long, in milliseconds, is thought healthy: its next death starts counting afresh. */
export const HEALTHY_AFTER_MS = 10_000;
/** Deaths within that time, one after the other, after which the supervisor gives up and says so. */
export const MAX_FAST_DEATHS = 10;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

export type RestartDecision =
  | { readonly restart: true; readonly delayMs: number; readonly fastDeaths: number }
  | { readonly restart: false; readonly fastDeaths: number };

/** What follows a death: how many fast ones there were before, and how long this life was, in milliseconds. */
export type RestartPolicy = (fastDeathsBefore: number, uptimeMs: number) => RestartDecision;

/** What follows when a child died: quick first restart (200 ms, doubled up to 5 s), giving up after 10 fast deaths. */
export const afterDeath: RestartPolicy = (fastDeathsBefore, uptimeMs) => {
  const fastDeaths = uptimeMs >= HEALTHY_AFTER_MS ? 1 : fastDeathsBefore + 1;
  if (fastDeaths >= MAX_FAST_DEATHS) return { restart: false, fastDeaths };
  return { restart: true, delayMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (fastDeaths - 1)), fastDeaths };
};

/** For a suite that kills on purpose: always again, and soon. */
export const alwaysAfter =
  (delayMs: number): RestartPolicy =>
  () => ({ restart: true, delayMs, fastDeaths: 0 });
