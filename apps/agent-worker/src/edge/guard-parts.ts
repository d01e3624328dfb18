import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConductorClient } from '@rig/agent-kit';
import { CANARY_COMMAND, CANARY_SESSION, clientOf, createProveGuard, runInstalled } from '@rig/hooks';
import { RigError, uuidv7 } from '@rig/kernel';
import type { Kit } from '@rig/nest-kit';
import type { AgentConfig } from '@rig/policy';
import { agentEnvironment } from '../core/agent-environment.js';
import { hookEnvironment, machineSettings, makeHookedHome, type AgentHook } from './agent-hook.js';
import { commandOf } from './command-of.js';
import { createGuardCanary, type GuardCanary } from './guard-canary.js';
import type { SpoolDelivery } from './spool-delivery.js';

export interface CanaryDeps {
  readonly kit: Kit;
  /** As it stands now in rig.agents.yaml. */
  readonly agent: () => AgentConfig;
  readonly hook: AgentHook;
  /** A folder of the canary's own. */
  readonly folder: string;
  readonly blocks: SpoolDelivery;
  readonly conductor: Pick<ConductorClient, 'reported'>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The call as the agent's client would make it, in an environment made like an attempt's. */
const callAsAgent =
  ({ agent, hook, folder, environment = process.env }: CanaryDeps) =>
  async (id: string): Promise<{ readonly blocked: boolean; readonly why: string }> => {
    const entry = agent();
    const [home, workspace, scratch] = [join(folder, 'home'), join(folder, 'tree'), join(folder, 'scratch')];
    for (const path of [workspace, scratch]) await mkdir(path, { recursive: true });
    await makeHookedHome(home, hook);
    const task = { agent: entry.id, taskId: null, fence: null, workspace, scratch };
    const own = { HOME: home, ...hookEnvironment(hook, task) };
    const env = agentEnvironment(environment, commandOf(entry).passEnv, own);
    const { client, settings } = entry.hook ?? { client: 'claude-code' };
    return runInstalled({
      client,
      settings: settings ?? (await machineSettings(client)) ?? join(env['HOME'] ?? home, clientOf(client).file.user),
      command: CANARY_COMMAND,
      cwd: workspace,
      session: `${CANARY_SESSION}${id}`,
      env,
    });
  };

/** The canary of a worker: its agent's guard, tried through the settings that the agent's client reads. */
export const createWorkerCanary = (deps: CanaryDeps): GuardCanary => {
  const { clock, logger } = deps.kit;
  const help = 'Trials of the guard by how they ended';
  const tried = deps.kit.counter({ name: 'rig_guard_canary_total', help, labels: ['outcome'] });
  const prove = createProveGuard({
    call: callAsAgent(deps),
    deliver: () => deps.blocks.wake(),
    reported: async (id, signal) => {
      const asked = await deps.conductor.reported(id, signal);
      if (asked.ok) return asked.value.status;
      const { code, message } = asked.refusal;
      throw new RigError({ code, kind: 'retryable', message });
    },
    newId: () => uuidv7(clock.now()),
    clock,
  });
  return createGuardCanary({ prove, clock, logger, onOutcome: (outcome) => tried({ outcome }) });
};
