import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENTS, clientOf, HOOK_VARIABLES, KIT, writeWhole } from '@rig/hooks';

/** The guard's hook as the agents of this worker get it. */
export interface AgentHook {
  /** The folder that `rig hooks install` made. */
  readonly kit: string;
  /** Where hooks leave their reports. */
  readonly spool: string;
}

export interface HookedTask {
  readonly agent: string;
  readonly taskId: string | null;
  readonly fence: number | null;
  readonly workspace: string;
  /** Beside the workspace. */
  readonly scratch: string;
}

/** What the hook is told through the environment of the agent's client. */
export const hookEnvironment = (
  { spool }: AgentHook,
  { agent, taskId, fence, workspace, scratch }: HookedTask,
): Readonly<Record<string, string>> => ({
  [HOOK_VARIABLES.agent]: agent,
  [HOOK_VARIABLES.workspace]: workspace,
  [HOOK_VARIABLES.scratch]: scratch,
  [HOOK_VARIABLES.spool]: spool,
  ...(taskId === null ? {} : { [HOOK_VARIABLES.task]: taskId }),
  ...(fence === null ? {} : { [HOOK_VARIABLES.fence]: String(fence) }),
});

/** Makes a home folder whose settings put the guard before the tools of every client that runs in it. */
export const makeHookedHome = async (home: string, { kit }: AgentHook): Promise<void> => {
  await mkdir(home, { recursive: true });
  for (const name of CLIENTS) {
    const { file, put } = clientOf(name);
    const settings = put(undefined, join(kit, KIT.wrapper), 'user');
    if (settings.ok) await writeWhole(join(home, file.user), settings.value, 0o600);
  }
};
