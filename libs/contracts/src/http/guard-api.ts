import { z } from 'zod';
import { AgentId, Position, ShortText, TaskId, Time } from '../values.js';

/** Query of `GET /api/guard/blocks` and `GET /api/guard/spikes`; what is left out does not narrow. */
export const GuardReportsQuery = z.object({
  agent: AgentId.optional(),
  rule: ShortText.min(1).optional(),
  task: TaskId.optional(),
  /** Blocks of this time and later. */
  since: Time.optional(),
  /** `true`: only the workers' own tests of the guard; `false`: all but those. Default: both. */
  canary: z.stringbool().optional(),
  /** The `next` of the page before. */
  before: z.coerce.number().pipe(Position).optional(),
  /** Default 100, limits 1 to 500. */
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type GuardReportsQuery = z.output<typeof GuardReportsQuery>;
