/** How much a spool may hold. At the most it takes `segments × (segmentBytes + recordBytes)` on the disk. */
export interface SpoolLimits {
  /** A segment that is this large gets no further record. Default 4 MiB. */
  readonly segmentBytes: number;
  /** Segments at the same time; what comes when the last one is full is not kept. Default 32. */
  readonly segments: number;
  /** A larger record is not kept. Default 1 MiB. */
  readonly recordBytes: number;
}

export const SPOOL_LIMITS: SpoolLimits = { segmentBytes: 4 << 20, segments: 32, recordBytes: 1 << 20 };
