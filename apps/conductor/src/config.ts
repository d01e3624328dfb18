import { envSchema } from '@rig/nest-kit';
import { z } from 'zod';

/** Everything the conductor reads from its environment. */
export const ConductorConfig = z.object({
  RIG_POSTGRES_URL: envSchema.url('postgres', 'postgresql'),
  RIG_VALKEY_URL: envSchema.url('redis', 'rediss', 'valkey'),
  RIG_CONFIG_DIR: envSchema.path('the folder with rig.agents.yaml and rig.policy.yaml'),
  RIG_KEYS_DIR: envSchema.path('the folder with agents.private.pem and agents.public.pem'),
  GITHUB_API_URL: envSchema.url('http', 'https').default('https://api.github.com'),
  /** Base under which `owner/name.git` is cloned. */
  GITHUB_GIT_URL: envSchema.url('http', 'https').default('https://github.com'),
  GITHUB_CONDUCTOR_APP_ID: envSchema.text('the id of the conductor App'),
  GITHUB_CONDUCTOR_PRIVATE_KEY_FILE: envSchema.path("the conductor App's private key"),
  GITHUB_AUTHOR_APP_ID: envSchema.text('the id of the author App'),
  GITHUB_AUTHOR_PRIVATE_KEY_FILE: envSchema.path("the author App's private key"),
  GITHUB_REVIEWER_APP_ID: envSchema.text('the id of the reviewer App'),
  GITHUB_REVIEWER_PRIVATE_KEY_FILE: envSchema.path("the reviewer App's private key"),
});
export type ConductorConfig = z.infer<typeof ConductorConfig>;

/** Schema of everything the conductor owns in Postgres. */
export const SCHEMA = 'conductor';
