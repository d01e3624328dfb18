import { parseArgs } from 'node:util';

export interface SimOptions {
  /** Authors and reviewers together, one slot each. */
  readonly agents: number;
  readonly reviewers: number;
  readonly issuesPerDay: number;
  readonly hours: number;
  readonly repositories: number;
  readonly seed: number;
  /** Events a second that the log takes. */
  readonly appendsPerSecond: number;
  readonly json: boolean;
}

/** A wrong command line, named by its option. */
export class UsageError extends Error {}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

const RANGES = {
  agents: { least: 2, most: 100_000, whole: true },
  'issues-per-day': { least: 1, most: 10_000_000 },
  hours: { least: 0.1, most: 720 },
  reviewers: { least: 0.01, most: 0.99 },
  repositories: { least: 1, most: 100_000, whole: true },
  seed: { least: 0, most: 4_294_967_295, whole: true },
  'appends-per-second': { least: 1, most: 1_000_000 },
} as const satisfies Record<string, Range>;

type Name = keyof typeof RANGES;

const numberOf = (name: Name, text: string | undefined, otherwise?: number): number => {
  const { least, most }: Range = RANGES[name];
  const whole = 'whole' in RANGES[name];
  if (text === undefined && otherwise !== undefined) return otherwise;
  const kind = `a ${whole ? 'whole ' : ''}number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`;
  if (text === undefined) throw new UsageError(`--${name} is missing: ${kind}`);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < least || value > most || (whole && !Number.isInteger(value))) {
    throw new UsageError(`--${name}: ${JSON.stringify(text)} is not ${kind}`);
  }
  return value;
};

/** Issues that a simulation may have at most: more would take hours. */
export const MOST_ISSUES = 5_000_000;

const TEXT = { type: 'string' } as const;

const read = (args: readonly string[]) => {
  const names = Object.keys(RANGES) as Name[];
  const options = { ...(Object.fromEntries(names.map((name) => [name, TEXT])) as Record<Name, typeof TEXT>) };
  try {
    return parseArgs({ args: [...args], options: { ...options, json: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** Reads the command line. @throws UsageError that names the option */
export const parseOptions = (args: readonly string[]): SimOptions => {
  const values = read(args);
  const agents = numberOf('agents', values.agents);
  const issuesPerDay = numberOf('issues-per-day', values['issues-per-day']);
  const hours = numberOf('hours', values.hours);
  const share = numberOf('reviewers', values.reviewers, 0.25);
  const expected = Math.round((issuesPerDay * hours) / 24);
  if (expected > MOST_ISSUES) {
    throw new UsageError(
      `--issues-per-day × --hours come to ${expected.toLocaleString('en-US')} issues; ` +
        `${MOST_ISSUES.toLocaleString('en-US')} are the most`,
    );
  }
  return {
    agents,
    reviewers: Math.min(agents - 1, Math.max(1, Math.round(agents * share))),
    issuesPerDay,
    hours,
    repositories: numberOf('repositories', values.repositories, Math.min(1_000, Math.ceil(agents / 5))),
    seed: numberOf('seed', values.seed, 1),
    appendsPerSecond: numberOf('appends-per-second', values['appends-per-second'], 2_000),
    json: values.json,
  };
};
