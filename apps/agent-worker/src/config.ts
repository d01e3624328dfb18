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
  RIG_HOOK_DIR: envSchema
    .path('a folder that rig hooks install made: the hook that stands before the tools of agents')
    .default('/opt/rig/guard'),
  /** Attempts at the same time. */
  RIG_CONCURRENCY: envSchema.int(1, 100).default(1),
  /** What runs longer is handed back, which costs no attempt; whoever kills must wait 5 s longer. */
  RIG_DRAIN_SECONDS: envSchema
    .int(0, 21_600)
    .default(20)
    .describe('seconds that a running attempt may go on after SIGTERM, 0 to 21600; then it is handed back'),
  /** One task, then exit; exit at once when none waits. For one pod per task. */
  RIG_ONE_SHOT: envSchema.flag.default(false),
  RIG_UNGUARDED_SECONDS: envSchema
    .int(1, 3_600)
    .default(60)
    .describe('seconds that a worker for one task tries to prove its guard, 1 to 3600; then it ends with exit code 1'),
});
export type Config = z.output<typeof Config>;
