import { z } from 'zod';

const Refused = z.discriminatedUnion('reason', [
  z.object({ item: z.int(), reason: z.literal('duplicate') }),
  z.object({
    item: z.int(),
    reason: z.literal('conflict'),
    subject: z.string(),
    expected: z.int(),
    actual: z.int(),
  }),
]);

/** What the server-side `append` answers; see sql/002-append.sql. */
export const AppendReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('appended'), head: z.int() }),
  z.object({ status: z.literal('moved'), head: z.int(), epoch: z.int() }),
  z.object({ status: z.literal('refused'), head: z.int(), items: z.array(Refused).min(1) }),
  z.object({ status: z.literal('guarded'), head: z.int(), item: z.int(), guard: z.string() }),
]);
export type AppendReply = z.infer<typeof AppendReply>;
