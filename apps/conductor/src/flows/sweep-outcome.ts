/** The outcome of a pass: what it mended, or that there was nothing to do. */
export type SweepOutcome = 'idle' | 'mended';
