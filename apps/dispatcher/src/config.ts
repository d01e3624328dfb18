import { envSchema } from '@rig/nest-kit';
import { z } from 'zod';

export const DispatcherConfig = z.object({
  RIG_POSTGRES_URL: envSchema.url('postgres', 'postgresql'),
  RIG_VALKEY_URL: envSchema.url('redis', 'rediss', 'valkey'),
  RIG_CONFIG_DIR: envSchema.path('the folder with rig.agents.yaml and rig.policy.yaml'),
});
export type DispatcherConfig = z.output<typeof DispatcherConfig>;
