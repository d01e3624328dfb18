import { AgentId } from '@rig/contracts';
import type { Refusal, Result } from '@rig/kernel';
import { z } from 'zod';
import { parseYaml } from './parse-yaml.js';

export const AgentRole = z.enum(['author', 'reviewer']);
export type AgentRole = z.infer<typeof AgentRole>;

const AgentCommand = z.strictObject({
  run: z.string().min(1).describe('the program; it is run without a shell'),
  args: z.array(z.string()).default([]).describe('its arguments, as they stand'),
  timeoutMinutes: z.int().min(1).max(1_440).default(30).describe('minutes before it is ended, 1 to 1,440'),
  passEnv: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
    .default([])
    .describe('environment handed through by name besides PATH, LANG, LC_* and TZ'),
});
export type AgentCommand = z.infer<typeof AgentCommand>;

const AgentHook = z.strictObject({
  client: z
    .enum(['claude-code', 'codex', 'gemini-cli'])
    .default('claude-code')
    .describe('the client through whose settings a worker proves at its start that the guard holds'),
  settings: z
    .string()
    .startsWith('/')
    .optional()
    .describe('settings that rig hooks install wrote; without it the worker writes some into the HOME of each attempt'),
});

/** One agent of rig.agents.yaml, field by field; docs/config.md is made from the descriptions. */
export const AgentFields = z.strictObject({
  id: AgentId.describe('its name: lower-case letters, digits and hyphens'),
  role: AgentRole.describe('author or reviewer; nobody reviews as an author'),
  slots: z.int().min(1).max(1_000).describe('tasks it may hold at once (replicas × concurrency), 1 to 1,000'),
  capabilities: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]{0,39}$/))
    .default([])
    .describe('what it can do; an issue labelled requires-x needs the capability x'),
  delivery: z
    .enum(['stream', 'http'])
    .default('stream')
    .describe('stream: offers come on its Valkey stream; http: it asks for work itself'),
  maxPerHour: z.int().min(1).max(10_000).default(600).describe('assignments an hour at most, 1 to 10,000'),
  hook: AgentHook.optional().describe('where the guard stands before the tools of the agent'),
  command: AgentCommand.optional().describe('what a worker runs for a task; needed for delivery: stream'),
});

export const AgentConfig = AgentFields.refine(({ delivery, command }) => delivery === 'http' || command !== undefined, {
  path: ['command'],
  message: 'an agent with delivery: stream needs a command, such as { run: my-agent }',
});
export type AgentConfig = z.infer<typeof AgentConfig>;

export const AgentsFile = z
  .strictObject({ agents: z.array(AgentConfig).max(10_000) })
  .superRefine(({ agents }, context) => {
    const ids = agents.map(({ id }) => id);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
    if (twice < 0) return;
    context.addIssue({ code: 'custom', path: ['agents', twice, 'id'], message: `two agents are called ${ids[twice]}` });
  });
export type AgentsFile = z.infer<typeof AgentsFile>;

/** Parses `rig.agents.yaml`. */
export const parseAgentsFile = (text: string): Result<AgentsFile, Refusal> =>
  parseYaml('rig.agents.yaml', text, AgentsFile);

export const findAgent = (file: AgentsFile, id: string): AgentConfig | undefined =>
  file.agents.find((agent) => agent.id === id);
