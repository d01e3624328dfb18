import { z } from 'zod';

/** The merge gate's checks, in the order in which they are evaluated and shown. */
export const GateCheckName = z.enum([
  'open',
  'pause',
  'draft',
  'manual-merge',
  'diff',
  'title-and-body',
  'closes-issue',
  'required-checks',
  'approval',
  'threads',
  'codeowners',
  'review-rounds',
  'mergeable',
  'acceptance',
]);
export type GateCheckName = z.infer<typeof GateCheckName>;

export const GateCheckResult = z.object({
  check: GateCheckName,
  outcome: z.enum(['pass', 'hold', 'not-applicable']),
  /** What was found, in one sentence. */
  reason: z.string(),
  /** What would clear a hold; null otherwise. */
  clearedBy: z.string().nullable(),
});
export type GateCheckResult = z.infer<typeof GateCheckResult>;
