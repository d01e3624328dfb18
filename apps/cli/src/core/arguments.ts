import { AgentId, RepoSlug, firstIssue } from '@rig/contracts';
import { RigError } from '@rig/kernel';
import { z } from 'zod';

/** Wrong use of the command line: exit code 2. */
export const USAGE = 'CLI_USAGE';

export const usageError = (message: string, fix: string): RigError =>
  new RigError({ code: USAGE, kind: 'terminal', message, fix });

/** Checks one option by a schema; the error names the option and shows a value that would do. */
export const parseOption = <S extends z.ZodType>(
  schema: S,
  option: string,
  value: unknown,
  example: string,
): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = typeof value === 'string' ? ` "${value}"` : '';
  throw usageError(
    `${option}${shown}: ${firstIssue(parsed.error).replace(/^\(root\): /, '')}`,
    `For example: ${example}`,
  );
};

/** A whole number within limits, from text. */
export const wholeNumber = (min: number, max: number): z.ZodType<number> =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^[0-9]{1,15}$/, 'not a whole number')
          .transform(Number),
      ],
      {
        error: `not a whole number from ${min} to ${max}`,
      },
    )
    .pipe(z.number().int().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `15m`, `12h` or `30d`, in milliseconds; from 1 second to 365 days. */
export const Ttl = z
  .string()
  .regex(/^[1-9][0-9]{0,8}[smhd]$/, 'not a time such as 15m, 12h or 30d')
  .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS])
  .pipe(z.number().max(365 * UNIT_MS.d, 'must be at most 365d'));

/** `owner/repo#n`. */
export const IssueReference = z
  .string()
  .regex(/^[^#\s]+#[1-9][0-9]{0,9}$/, 'not an issue such as acme/greeter#1')
  .transform((text) => {
    const at = text.lastIndexOf('#');
    return { repo: text.slice(0, at), number: Number(text.slice(at + 1)) };
  })
  .pipe(z.object({ repo: RepoSlug, number: z.int().max(2_147_483_647) }));
export type IssueReference = z.infer<typeof IssueReference>;

export { AgentId, RepoSlug };
