import { backoff } from '@rig/kernel';

/** Pause before the next attempt after `failures` counted ones: 10 s · 2ⁿ, at most 5 minutes. In milliseconds. */
export const retryDelay = (failures: number): number =>
  failures <= 0 ? 0 : backoff(failures - 1, { baseMs: 10_000, maxMs: 300_000 });

/** Failure codes that say nothing about the work: they are not counted and wait for nothing. */
export const UNCOUNTED_FAILURES: readonly string[] = ['HANDED_BACK'];
