import { AgentId } from '@rig/contracts';
import { envSchema } from '@rig/nest-kit';
import { z } from 'zod';

/** What the worker reads from its environment. */
export const Config = z.object({
  RIG_AGENT_ID: AgentId.describe('the id of an agent in rig.agents.yaml'),
  RIG_CONDUCTOR_URL: envSchema.url('http', 'https'),
  RIG_GATEWAY_URL: envSchema.url('http', 'https'),
  /** Needed by agents whose delivery is `stream`. */
  RIG_VALKEY_URL: envSchema.url('redis', 'rediss', 'valkey', 'valkeys').optional(),
  RIG_ENROLMENT_TOKEN_FILE: envSchema.path("a file with the agent's enrolment token"),
  RIG_WORK_DIR: envSchema.path('a folder for clones and worktrees, shared by the workers of one machine'),
  RIG_CONFIG_DIR: envSchema.path('the folder that holds rig.agents.yaml'),
  /** Attempts at the same time. */
  RIG_CONCURRENCY: envSchema.int(1, 100).default(1),
  /** How long running attempts may go on after SIGTERM. At most 20: everything has to end within 25 s. */
  RIG_DRAIN_SECONDS: envSchema.int(0, 20).default(20),
  /** One task, then exit; exit at once when none waits. For one pod per task. */
  RIG_ONE_SHOT: envSchema.flag.default(false),
});
export type Config = z.output<typeof Config>;
