/**
 * Budgets are counts, never a clock: a deadline that is turned into an answer makes the answer depend on the load of
 * the machine. Whatever goes over is blocked as `guard.unanalysable`.
 */
export const LIMITS = {
  /** Characters of one command or script. Chosen so that the slowest parse stays under some milliseconds. */
  input: 128 * 1024,
  /** How deep code may be nested in code (`bash -c "bash -c …"`). */
  depth: 16,
  /** Commands looked at for one decision, counting each turn of a loop. */
  steps: 20_000,
  /** Turns of one loop, values of one brace expansion: the first so many are looked at. */
  turns: 256,
  /** Characters of one value followed through pipes; longer ones become unknown. */
  value: 64 * 1024,
} as const;
