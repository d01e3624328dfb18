/** What a simulation takes for granted. Times are medians in milliseconds, with the spread of their logarithm. */
export interface Assumption {
  readonly what: string;
  readonly value: string;
  readonly source: string;
}

const MINUTE = 60_000;

/** How long an agent and the forge take. Nobody can know this of work not yet done: assumed, and shown. */
export const TIMES = {
  implement: { median: 12 * MINUTE, spread: 0.8 },
  review: { median: 4 * MINUTE, spread: 0.6 },
  'fix-review': { median: 6 * MINUTE, spread: 0.7 },
  'fix-ci': { median: 6 * MINUTE, spread: 0.7 },
  checks: { median: 5 * MINUTE, spread: 0.4 },
} as const;

/** How often something goes wrong. */
export const CHANCES = { attemptFails: 0.05, checksFail: 0.12, changesRequested: 0.25 } as const;

/** Share of issues by priority, P0 first. */
export const PRIORITIES = [0.05, 0.2, 0.6, 0.15] as const;

/** One issue in so many needs a capability that one author in so many has. */
export const NEEDS_PYTHON = 5;
export const HAS_PYTHON = 3;

/** From a fact that is sent to its event on `rig:events`, and from there to a worker that starts: each two hops. */
export const HOP_MS = 5;
/** The dispatcher takes what came in so many milliseconds into one pass. */
export const PASS_MS = 20;
/** What time alone changes is looked at this often. */
export const TICK_MS = 1_000;

const minutes = (ms: number): string => `${ms / MINUTE} min`;

const timeOf = (what: keyof typeof TIMES, words: string): Assumption => ({
  what: words,
  value: `median ${minutes(TIMES[what].median)}, log-normal, sigma ${TIMES[what].spread}`,
  source: 'assumed',
});

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Everything above, for people. */
export const assumptions = (appendsPerSecond: number): readonly Assumption[] => [
  timeOf('implement', 'an implement task'),
  timeOf('review', 'a review'),
  timeOf('fix-review', 'a fix, after a review or failed checks'),
  timeOf('checks', 'the checks of a head'),
  { what: 'an attempt fails', value: percent(CHANCES.attemptFails), source: 'assumed' },
  { what: 'checks fail', value: percent(CHANCES.checksFail), source: 'assumed' },
  { what: 'a review asks for changes', value: percent(CHANCES.changesRequested), source: 'assumed' },
  { what: 'issues arrive', value: 'independently of each other, day and night', source: 'assumed' },
  {
    what: 'the log takes',
    value: `${appendsPerSecond.toLocaleString('en-US')} events/s, one after the other`,
    source: 'rig bench append, 32 writers; --appends-per-second',
  },
  { what: 'a stream hop', value: `${HOP_MS} ms`, source: 'rig bench latency' },
  { what: 'policy, ranking, back-off, choice', value: "Rig's own code", source: 'apps/dispatcher, libs/policy' },
];
