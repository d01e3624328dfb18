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
});
export type BaseConfig = z.output<typeof BaseConfig>;
