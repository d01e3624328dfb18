import { createRequire } from 'node:module';
import { z } from 'zod';

const Definitions = z.array(z.object({ name: z.string(), examples: z.array(z.unknown()) }));

export interface WebhookExample {
  /** The name for `X-GitHub-Event`. */
  readonly event: string;
  readonly payload: unknown;
}

/** The recorded payloads of `@octokit/webhooks-examples` (329 of 58 events). Read at the call: the file has 4 MB. */
export function* loadExamples(): Generator<WebhookExample, void, void> {
  const load = createRequire(import.meta.url);
  const definitions = Definitions.parse(load('@octokit/webhooks-examples'));
  for (const { name, examples } of definitions) {
    for (const payload of examples) yield { event: name, payload };
  }
}
