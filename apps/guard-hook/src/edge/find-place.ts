import { realpathSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import type { Place } from '@rig/guard';
import { HOOK_VARIABLES, repositoryTop } from '@rig/hooks';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { ToolCall } from '../core/tool-call.js';
import type { Environment } from './client-environment.js';

/** Variables whose values the commands of an agent see as the hook does. */
const SHARED = [
  'HOME',
  'USER',
  'LOGNAME',
  HOOK_VARIABLES.workspace,
  HOOK_VARIABLES.scratch,
  'RIG_TASK_FILE',
  'RIG_RESULT_FILE',
];
/** Where folders for temporary files lie. TMPDIR is believed only there: it would make any folder the task's own. */
const TEMPORARY = /^\/(?:private\/)?(?:tmp|var\/tmp|var\/folders|dev\/shm)\//;

const isAbsolute = (path: string | undefined): path is string => path !== undefined && path.startsWith('/');

/** The task's own folder, which the worker makes beside the worktree and nowhere else. */
const scratchOf = (env: Environment, workspace: string): readonly string[] => {
  const folder = env[HOOK_VARIABLES.scratch];
  return isAbsolute(folder) && env[HOOK_VARIABLES.workspace] !== undefined && dirname(folder) === dirname(workspace)
    ? [folder]
    : [];
};

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The named workspace, by the name under which the client's folder lies in it. */
const asSeenFrom = (cwd: string, workspace: string): string => {
  if (within(cwd, workspace)) return workspace;
  try {
    const real = realpathSync.native(workspace);
    return within(cwd, real) ? real : workspace;
  } catch {
    return workspace;
  }
};

/**
 * Where a call is judged: in the workspace that the worker names, else the repository round the client's folder, else
 * that folder.
 * @param guarded  files and folders of the guard itself
 */
export const findPlace =
  (env: Environment, guarded: readonly string[]) =>
  ({ cwd }: ToolCall): Result<Place, Refusal> => {
    const named = env[HOOK_VARIABLES.workspace];
    if (named !== undefined && (!named.startsWith('/') || named.length < 2)) {
      return refuse({ code: 'WORKSPACE_INVALID', message: `RIG_WORKSPACE is no folder of a task: "${named}"` });
    }
    const workspace = named === undefined ? (repositoryTop(cwd) ?? cwd) : asSeenFrom(cwd, named.replace(/\/+$/, ''));
    const [home, temporary] = [env['HOME'], env['TMPDIR']];
    const known = Object.fromEntries(SHARED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
    return accept({
      cwd,
      workspace,
      guarded,
      scratch: scratchOf(env, workspace),
      env: {
        ...known,
        ...(temporary !== undefined && TEMPORARY.test(normalize(temporary)) ? { TMPDIR: temporary } : {}),
      },
      ...(isAbsolute(home) ? { home } : {}),
    });
  };
