import { RigError, silentLogger, systemClock, type Clock, type Logger } from '@rig/kernel';

export interface ForgeLimits {
  /** Deadline of one HTTP call, milliseconds. Default 15 000: a hung forge must not hold a job longer than a lease. */
  readonly deadlineMs: number;
  /** Longest wait for the rate limit's reset before giving up, milliseconds. Default 10 000. */
  readonly maxRateWaitMs: number;
  /** HTTP calls under way at once. Default 16: GitHub blocks clients above 100. */
  readonly maxConcurrent: number;
  /** Calls that may wait for a free place. Default 2 000; above it FORGE_BUSY. */
  readonly maxWaiting: number;
  /** Answers kept for conditional requests. Default 500, least recently used goes first. */
  readonly cacheEntries: number;
}

export const defaultLimits: ForgeLimits = {
  deadlineMs: 15_000,
  maxRateWaitMs: 10_000,
  maxConcurrent: 16,
  maxWaiting: 2_000,
  cacheEntries: 500,
};

export interface ConnectionOptions {
  /** REST base without a final slash. Default `https://api.github.com`. GitHub Enterprise: `https://host/api/v3`. */
  readonly apiUrl?: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly limits?: Partial<ForgeLimits>;
}

export interface Connection {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ForgeLimits;
}

export const DEFAULT_API_URL = 'https://api.github.com';

/** REST base and GraphQL address of a forge. @throws RigError FORGE_URL_INVALID (terminal) */
export const forgeUrls = (
  apiUrl: string = DEFAULT_API_URL,
): { readonly apiUrl: string; readonly graphqlUrl: string } => {
  const base = apiUrl.replace(/\/+$/, '');
  const url = URL.canParse(base) ? new URL(base) : undefined;
  const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!usable || url.username !== '' || url.password !== '') {
    throw new RigError({
      code: 'FORGE_URL_INVALID',
      kind: 'terminal',
      message: 'The address of the forge is not a plain http or https address',
      fix: `Set GITHUB_API_URL to the REST base, for example ${DEFAULT_API_URL} or https://github.example.com/api/v3`,
    });
  }
  // GitHub Enterprise keeps GraphQL beside the versioned REST base, github.com below it.
  const graphqlUrl = base.endsWith('/api/v3') ? `${base.slice(0, -'/v3'.length)}/graphql` : `${base}/graphql`;
  return { apiUrl: base, graphqlUrl };
};

export const connectionOf = (options: ConnectionOptions): Connection => ({
  ...forgeUrls(options.apiUrl),
  clock: options.clock ?? systemClock,
  logger: options.logger ?? silentLogger,
  limits: { ...defaultLimits, ...options.limits },
});
