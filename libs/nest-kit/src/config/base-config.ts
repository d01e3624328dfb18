import { z } from 'zod';
import { envSchema } from './env-schema.js';

/** What every service reads, whatever its own schema says. */
export const BaseConfig = z.object({
  /** Names this process as a stream consumer; the launcher gives each process its own. */
  HOSTNAME: envSchema.text('a name of its own for each process (the pod name on Kubernetes); export it, shells do not'),
  /** Port of HTTP, health and metrics. */
  RIG_PORT: envSchema.port,
  /** Address to listen on; loopback unless told otherwise. */
  RIG_HOST: envSchema.text('the address to listen on (0.0.0.0 in a pod)').default('127.0.0.1'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'is not debug, info, warn or error' })
    .default('info')
    .describe('debug, info, warn or error'),
  RIG_RATE_PER_CALLER: envSchema
    .int(0, 1_000_000)
    .default(200)
    .describe("requests per second that one token's subject may make in the long run (0: no limit); workers share it"),
  RIG_BURST_PER_CALLER: envSchema.int(1, 1_000_000).default(600).describe('requests of one subject after a pause'),
  RIG_RATE_PER_ADDRESS: envSchema
    .int(0, 1_000_000)
    .default(2_000)
    .describe('requests per second of one address before anything is verified (0: no limit); a proxy is one address'),
  RIG_BURST_PER_ADDRESS: envSchema.int(1, 1_000_000).default(4_000).describe('requests of one address after a pause'),
  // Also how long the last of them waits: 512 webhooks at once took 1 to 4 s on two busy cores.
  RIG_MAX_IN_FLIGHT: envSchema.int(1, 100_000).default(128).describe('requests answered at once; more get 503'),
  RIG_MAX_IN_FLIGHT_MB: envSchema
    .int(26, 100_000)
    .default(128)
    .describe('MiB that the bodies of requests at once may come to hold, at least 26; more get 503'),
  RIG_MAX_CONNECTIONS: envSchema.int(1, 100_000).default(4_000).describe('open connections; more are closed'),
  RIG_HEADERS_TIMEOUT_MS: envSchema
    .ms(100, 600_000)
    .default(10_000)
    .describe("milliseconds for a request's headers; at most the time for the whole request"),
  RIG_REQUEST_TIMEOUT_MS: envSchema
    .ms(100, 600_000)
    .default(30_000)
    .describe('milliseconds for a whole request, body included'),
});
export type BaseConfig = z.output<typeof BaseConfig>;
