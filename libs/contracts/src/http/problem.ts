import { z } from 'zod';

/** RFC 9457 problem details, with Rig's stable code and what to do about it. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  fix: z.string().optional(),
  field: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
