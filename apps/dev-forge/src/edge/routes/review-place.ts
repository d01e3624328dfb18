import { z } from 'zod';

const Text = z.string().max(65_536);

/** A comment and where it stands: a line of the diff, or a position in it (the older way). */
export const Place = z.object({
  path: z.string().min(1),
  body: Text.min(1),
  line: z.int().min(1).optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  position: z.int().min(1).optional(),
  start_line: z.int().min(1).nullish(),
});

export const placeOf = ({ start_line: startLine, ...place }: z.infer<typeof Place>) => ({
  ...place,
  startLine: startLine ?? undefined,
});
