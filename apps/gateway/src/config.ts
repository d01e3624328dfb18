import { envSchema } from '@rig/nest-kit';
import { z } from 'zod';

/** Everything the gateway reads from its environment. */
export const GatewayConfig = z.object({
  RIG_POSTGRES_URL: envSchema.url('postgres', 'postgresql'),
  RIG_VALKEY_URL: envSchema.url('redis', 'rediss', 'valkey'),
  RIG_KEYS_DIR: envSchema.path('the folder with agents.public.pem'),
  GITHUB_WEBHOOK_SECRET: envSchema.secret('the secret that webhooks are signed with'),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;
