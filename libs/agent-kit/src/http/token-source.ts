import { AgentToken } from '@rig/contracts';
import { RigError, systemClock, type Clock } from '@rig/kernel';
import { createHttpCaller, type TokenSource } from './http-caller.js';

/** A token that does not change; for people's tools and tests. */
export const fixedToken = (token: string): TokenSource => ({ get: async () => token, invalidate: () => undefined });

export interface EnrolledTokenOptions {
  readonly conductorUrl: string;
  /** Reads the enrolment token; called for every exchange, so that a rotated file is noticed. */
  readonly enrolment: () => Promise<string>;
  readonly clock?: Clock;
  /** A token is replaced when less than this is left of it, in milliseconds. Default 60 000, at most half its life. */
  readonly refreshBeforeMs?: number;
  readonly fetch?: typeof fetch;
}

interface Held {
  readonly token: string;
  readonly refreshAt: number;
}

/** Buys short-lived tokens with an enrolment token and keeps one at hand. Several callers share one exchange. */
export const createEnrolledTokens = (options: EnrolledTokenOptions): TokenSource => {
  const clock = options.clock ?? systemClock;
  let held: Held | undefined;
  let pending: Promise<Held> | undefined;

  const exchange = async (): Promise<Held> => {
    const enrolment = (await options.enrolment()).trim();
    const caller = createHttpCaller({
      baseUrl: options.conductorUrl,
      tokens: fixedToken(enrolment),
      clock,
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
    const asked = clock.now();
    const answer = await caller.call({
      method: 'POST',
      path: '/api/agent-tokens',
      parse: (body) => AgentToken.parse(body),
    });
    if (!answer.ok) {
      throw new RigError({
        code: 'ENROLMENT_REFUSED',
        kind: 'terminal',
        message: `the conductor refused the enrolment token: ${answer.refusal.message}`,
        fix: 'make a new enrolment token for this agent and put it into the file of RIG_ENROLMENT_TOKEN_FILE',
      });
    }
    const life = Date.parse(answer.value.expiresAt) - asked;
    const margin = Math.min(options.refreshBeforeMs ?? 60_000, life / 2);
    return { token: answer.value.token, refreshAt: asked + life - margin };
  };

  return {
    get: async () => {
      if (held !== undefined && clock.now() < held.refreshAt) return held.token;
      pending ??= exchange().finally(() => {
        pending = undefined;
      });
      held = await pending;
      return held.token;
    },
    invalidate: () => {
      held = undefined;
    },
  };
};
