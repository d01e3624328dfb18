import { RigError } from '@rig/kernel';
import type { AgentCommand, AgentConfig } from '@rig/policy';

/** What a worker runs for an agent. An entry without a command is for agents that bring their own program. */
export const commandOf = ({ id, command }: AgentConfig): AgentCommand => {
  if (command !== undefined) return command;
  throw new RigError({
    code: 'AGENT_COMMAND_MISSING',
    kind: 'terminal',
    message: `rig.agents.yaml gives the agent "${id}" no command, so a worker has nothing to run`,
    fix: 'Add command: { run: … } to its entry, or start no worker for an agent that asks for work itself.',
  });
};
