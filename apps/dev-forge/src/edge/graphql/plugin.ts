import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HttpRefusal } from '../../core/errors.js';
import { GraphqlSyntaxError } from '../../core/graphql/lexer.js';
import type { Deps } from '../../flows/deps.js';
import { executeGraphql } from '../../flows/execute-graphql.js';
import { authenticate } from '../http/actor.js';
import type { RateLimiter } from '../http/rate-limit.js';
import { spend } from '../http/register-routes.js';
import { parseBody } from '../http/route.js';
import { createGraphqlRoots } from './roots.js';

const Body = z.object({
  query: z.string().min(1).max(100_000),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** `POST /graphql`: errors of fields come with status 200, as on GitHub. */
export const registerGraphql = (server: FastifyInstance, deps: Deps, limiter: RateLimiter): void => {
  server.post('/graphql', async (request, reply) => {
    const actor = authenticate(deps.world, request.headers.authorization, deps.now());
    if (actor.kind === 'app') throw new HttpRefusal(401, 'Bad credentials');
    spend(reply, limiter, actor, deps.now());
    const { query, variables, operationName } = parseBody(Body, request.body);
    try {
      return await executeGraphql(query, variables ?? {}, operationName ?? undefined, createGraphqlRoots(deps, actor));
    } catch (error) {
      if (!(error instanceof GraphqlSyntaxError)) throw error;
      return { errors: [{ message: error.message }] };
    }
  });
};
