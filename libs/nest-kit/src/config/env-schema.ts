import { z } from 'zod';

const wholeNumber = (what: string, min: number, max: number): z.ZodType<number, unknown> =>
  z
    .string({ error: 'is not set' })
    .regex(/^\d{1,15}$/, `is not ${what}`)
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`))
    .describe(`${what}, ${min} to ${max}`);

/**
 * Pieces for an app's config schema. Every value of the environment is text; each piece parses it and describes itself,
 * so that an error can say what to set. Add `.optional()` or `.default(…)` where a value may be missing.
 */
export const envSchema = {
  /** Any non-empty text. */
  text: (what: string): z.ZodType<string, unknown> =>
    z.string({ error: 'is not set' }).min(1, 'is empty').describe(what),
  /** Kept out of logs and documentation; may come from a file through the `_FILE` variant of its name. */
  secret: (what: string): z.ZodType<string, unknown> =>
    z.string({ error: 'is not set' }).min(1, 'is empty').meta({ description: what, secret: true }),
  /** An absolute URL with one of the given protocols, for example `url('postgres', 'postgresql')`. */
  url: (...protocols: readonly [string, ...string[]]): z.ZodType<string, unknown> =>
    z
      .string({ error: 'is not set' })
      .refine(
        (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
        `is not a ${protocols.join(' or ')} URL`,
      )
      .describe(`a URL such as ${protocols[0]}://host:port`),
  /** 0 to 65535; 0 lets the system choose a free one. */
  port: wholeNumber('a port number', 0, 65_535),
  /** A whole number between two bounds. */
  int: (min: number, max: number): z.ZodType<number, unknown> => wholeNumber('a whole number', min, max),
  /** A duration in milliseconds between two bounds. */
  ms: (min: number, max: number): z.ZodType<number, unknown> => wholeNumber('a duration in milliseconds', min, max),
  /** `true`, `1`, `yes`, `on` or `false`, `0`, `no`, `off`. */
  flag: z
    .string({ error: 'is not set' })
    .toLowerCase()
    .pipe(z.enum(['true', '1', 'yes', 'on', 'false', '0', 'no', 'off'], { error: 'is neither true nor false' }))
    .transform((text) => ['true', '1', 'yes', 'on'].includes(text))
    .describe('true or false'),
  /** The path of a file or folder. */
  path: (what: string): z.ZodType<string, unknown> =>
    z.string({ error: 'is not set' }).min(1, 'is empty').describe(`the path of ${what}`),
} as const;
