import { EventResult, type Fact } from '@rig/contracts';
import type { Result } from '@rig/kernel';
import { z } from 'zod';
import { createHttpCaller, type HttpCallerOptions, type HttpRefusal } from './http-caller.js';

/** Facts in one call; the gateway takes no more. */
export const MAX_FACTS = 100;

const Results = z.object({ results: z.array(EventResult) });

/** What an agent tells the gateway. */
export interface GatewayClient {
  /**
   * Reports facts (1 to 100), each answered for itself. An answer means that they are stored for good; sending the same
   * ids again is harmless.
   */
  postFacts(facts: readonly Fact[], signal?: AbortSignal): Promise<Result<readonly EventResult[], HttpRefusal>>;
}

export const createGatewayClient = (options: HttpCallerOptions): GatewayClient => {
  const caller = createHttpCaller(options);
  return {
    postFacts: (facts, signal) =>
      caller.call({
        method: 'POST',
        path: '/api/events',
        body: facts,
        parse: (answer) => {
          const { results } = Results.parse(answer);
          if (results.length !== facts.length) throw new Error(`${results.length} results for ${facts.length} facts`);
          return results;
        },
        signal,
      }),
  };
};
