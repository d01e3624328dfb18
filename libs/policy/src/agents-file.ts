import { AgentId } from '@rig/contracts';
import type { Refusal, Result } from '@rig/kernel';
import { z } from 'zod';
import { parseYaml } from './parse-yaml.js';

export const AgentRole = z.enum(['author', 'reviewer']);
export type AgentRole = z.infer<typeof AgentRole>;

export const AgentConfig = z.strictObject({
  id: AgentId,
  role: AgentRole,
  /** Tasks the agent may hold at once: replicas × concurrency. Limits 1 to 1,000. */
  slots: z.int().min(1).max(1_000),
  /** What the agent can do; an issue labelled `requires-x` needs the capability `x`. */
  capabilities: z.array(z.string().regex(/^[a-z0-9][a-z0-9.+-]{0,39}$/)).default([]),
  /** `stream`: offers on its Valkey stream; `http`: it asks for work itself. Default stream. */
  delivery: z.enum(['stream', 'http']).default('stream'),
  /** Assignments an hour at most. Default 600. */
  maxPerHour: z.int().min(1).max(10_000).default(600),
  /** What a worker runs for a task: no shell, arguments as they stand. */
  command: z.strictObject({
    run: z.string().min(1),
    args: z.array(z.string()).default([]),
    /** Minutes before the command is ended. Default 30, limits 1 to 1,440. */
    timeoutMinutes: z.int().min(1).max(1_440).default(30),
    /** Environment handed through by name besides PATH, HOME, LANG and TZ. */
    passEnv: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]),
  }),
});
export type AgentConfig = z.infer<typeof AgentConfig>;

export const AgentsFile = z
  .strictObject({ agents: z.array(AgentConfig).max(10_000) })
  .refine((file) => new Set(file.agents.map((agent) => agent.id)).size === file.agents.length, {
    path: ['agents'],
    message: 'two agents have the same id',
  });
export type AgentsFile = z.infer<typeof AgentsFile>;

/** Parses `rig.agents.yaml`. */
export const parseAgentsFile = (text: string): Result<AgentsFile, Refusal> =>
  parseYaml('rig.agents.yaml', text, AgentsFile);

export const findAgent = (file: AgentsFile, id: string): AgentConfig | undefined =>
  file.agents.find((agent) => agent.id === id);
