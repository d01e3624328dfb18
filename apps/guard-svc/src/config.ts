import { envSchema } from '@rig/nest-kit';
import { z } from 'zod';

/** Everything guard-svc reads from its environment. */
export const GuardConfig = z.object({
  RIG_POSTGRES_URL: envSchema.url('postgres', 'postgresql'),
  RIG_VALKEY_URL: envSchema.url('redis', 'rediss', 'valkey'),
  RIG_KEYS_DIR: envSchema.path('the folder with agents.public.pem'),
  RIG_CONFIG_DIR: envSchema.path('the folder that may hold guard.policy.yaml'),
});
export type GuardConfig = z.infer<typeof GuardConfig>;

/** Schema of the service's own tables. */
export const SCHEMA = 'guard';
