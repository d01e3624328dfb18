import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Place } from '@rig/guard';
import { HOOK_VARIABLES, repositoryTop } from '@rig/hooks';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { ToolCall } from '../core/tool-call.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables whose values the commands of an agent see as the hook does. */
const SHARED = ['HOME', 'USER', 'LOGNAME', HOOK_VARIABLES.workspace, 'RIG_TASK_FILE', 'RIG_RESULT_FILE'];
/** Where scratch may lie. Anything else in TMPDIR is believed only beside the workspace, where the worker puts it. */
const TEMPORARY = /^\/(?:private\/)?(?:tmp|var\/tmp|var\/folders|dev\/shm)\//;

const isAbsolute = (path: string | undefined): path is string => path !== undefined && path.startsWith('/');

const scratchOf = (env: Environment, workspace: string): string | undefined => {
  const folder = env['TMPDIR'];
  if (!isAbsolute(folder)) return undefined;
  const own = env[HOOK_VARIABLES.workspace] !== undefined && dirname(folder) === dirname(workspace);
  return own || TEMPORARY.test(folder) ? folder : undefined;
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
    const scratch = scratchOf(env, workspace);
    const home = env['HOME'];
    const known = Object.fromEntries(SHARED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
    return accept({
      cwd,
      workspace,
      guarded,
      env: { ...known, ...(scratch === undefined ? {} : { TMPDIR: scratch }) },
      ...(isAbsolute(home) ? { home } : {}),
    });
  };
