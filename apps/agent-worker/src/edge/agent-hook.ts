import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENTS, clientOf, hookStatus, HOOK_VARIABLES, KIT, writeWhole, type ClientName } from '@rig/hooks';

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

/** The settings of this machine that put the guard before a client's tools, if there are such. */
export const machineSettings = async (client: ClientName): Promise<string | undefined> => {
  const { state, file } = await hookStatus(client, { scope: 'managed', home: '/' });
  return state === 'guarded' ? file : undefined;
};

/**
 * Makes a home folder whose settings put the guard before the tools of every client that runs in it, but
 * for those that the machine's own settings guard already: two guards would report each block twice.
 */
export const makeHookedHome = async (home: string, { kit }: AgentHook): Promise<void> => {
  await mkdir(home, { recursive: true });
  for (const name of CLIENTS) {
    if ((await machineSettings(name)) !== undefined) continue;
    const { file, put } = clientOf(name);
    const settings = put(undefined, join(kit, KIT.wrapper), 'user');
    if (settings.ok) await writeWhole(join(home, file.user), settings.value, 0o600);
  }
};
