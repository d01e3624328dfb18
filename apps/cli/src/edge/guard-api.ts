import { createHttpCaller } from '@rig/agent-kit';
import { RigError } from '@rig/kernel';
import { z } from 'zod';

const Block = z.looseObject({
  position: z.int(),
  agent: z.string(),
  taskSubject: z.string().nullable(),
  rule: z.string(),
  command: z.string(),
  canary: z.boolean(),
  blockedAt: z.string(),
});
export type BlockRow = z.infer<typeof Block>;

const Spike = z.looseObject({
  position: z.int(),
  agent: z.string(),
  cause: z.string(),
  blocks: z.int(),
  windowTo: z.string(),
  rules: z.array(z.object({ rule: z.string(), blocks: z.int() })),
});
export type SpikeRow = z.infer<typeof Spike>;

const BlockPage = z.object({ blocks: z.array(Block), next: z.int().nullable() });
export type BlockPage = z.infer<typeof BlockPage>;
const SpikePage = z.object({ spikes: z.array(Spike), next: z.int().nullable() });
export type SpikePage = z.infer<typeof SpikePage>;

/** What the guard refused, as the conductor tells it to people. Every call has a deadline of 10 s. */
export interface GuardApi {
  blocks(query: URLSearchParams): Promise<BlockPage>;
  spikes(query: URLSearchParams): Promise<SpikePage>;
}

export const createGuardApi = ({ url, token }: { readonly url: string; readonly token: string }): GuardApi => {
  const caller = createHttpCaller({
    baseUrl: url,
    tokens: { get: async () => token, invalidate: () => undefined },
    retries: 1,
  });
  const read = async <S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> => {
    const result = await caller.call({ method: 'GET', path, parse: (answer) => schema.parse(answer) });
    if (result.ok) return result.value;
    const { code, message, fix } = result.refusal;
    throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
  };
  return {
    blocks: (query) => read(`/api/guard/blocks?${query.toString()}`, BlockPage),
    spikes: (query) => read(`/api/guard/spikes?${query.toString()}`, SpikePage),
  };
};
