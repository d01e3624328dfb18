import type { RigError } from '@rig/kernel';
import { z } from 'zod';
import { misfit, statusError, unreachable } from './errors.js';
import type { Credentials, Transport } from './transport.js';

type Variables = Readonly<Record<string, unknown>>;

const Envelope = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string().default('') })).optional(),
});

/** GraphQL answers 200 whatever happens; these are the statuses that REST would have given. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['NOT_FOUND', 404],
  ['FORBIDDEN', 403],
  ['INSUFFICIENT_SCOPES', 403],
  ['UNPROCESSABLE', 422],
  ['NOT_IMPLEMENTED', 501],
]);

const explained = (error: { readonly type?: string | undefined; readonly message: string }): RigError => {
  const status = error.type === undefined ? undefined : statuses.get(error.type);
  if (status !== undefined) return statusError('GraphQL', status, error.message);
  // GitHub's own time-outs and mishaps come without a type.
  return error.type === undefined
    ? unreachable('GraphQL', error.message, 'network')
    : statusError('GraphQL', 400, error.message);
};

/** One GraphQL call: review threads and draft → ready exist nowhere else. @throws RigError with a FORGE_ code */
export const createGraphql =
  (transport: Transport, credentials: Credentials) =>
  async <T>(query: string, variables: Variables, data: z.ZodType<T>): Promise<T> => {
    const ask = async (): Promise<z.infer<typeof Envelope>> =>
      (
        await transport.send({
          credentials,
          method: 'POST',
          route: transport.connection.graphqlUrl,
          params: { query, variables },
          schema: Envelope,
        })
      ).value;
    let answer = await ask();
    if (answer.errors?.some(({ type }) => type === 'RATE_LIMITED') === true) {
      transport.rateRefused(credentials);
      answer = await ask();
    }
    const error = answer.errors?.[0];
    if (error !== undefined) throw explained(error);
    const parsed = data.safeParse(answer.data);
    if (!parsed.success) throw misfit('GraphQL', parsed.error.issues[0]?.path.join('.') || 'data');
    return parsed.data;
  };
