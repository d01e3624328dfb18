import { GUARD_SPOOL, HOOK_VARIABLES } from '@rig/hooks';
import { createSpoolWriter, type Kept } from '@rig/spool';
import type { BlockedFact, Identity } from '../core/blocked-fact.js';
import type { Environment } from './client-environment.js';

const AGENT = /^[a-z][a-z0-9-]{0,39}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POSITION = /^\d{1,15}$/;

/** Whose client this is, as the worker that started it says; undefined where there is no worker. */
export const identityFrom = (env: Environment): Identity | undefined => {
  const agent = env[HOOK_VARIABLES.agent];
  if (agent === undefined || !AGENT.test(agent)) return undefined;
  const [task, fence] = [env[HOOK_VARIABLES.task], env[HOOK_VARIABLES.fence]];
  return {
    agent,
    taskId: task !== undefined && UUID.test(task) ? task : null,
    fence: fence !== undefined && POSITION.test(fence) ? Number(fence) : null,
  };
};

const PROBLEMS: Readonly<Record<Exclude<Kept, 'kept'>, string>> = {
  full: 'the report of it was not kept: the spool is full',
  'too-large': 'the report of it was not kept: it is too large',
  disk: 'the report of it was not kept: the disk does not take it',
};

/** Keeps reports in the worker's spool, which delivers them; never waits for anybody. */
export const keepReport =
  (folder: string | undefined) =>
  (fact: BlockedFact): string | undefined => {
    if (folder === undefined) return 'there is no spool to report it to';
    const kept = createSpoolWriter({ folder, limits: GUARD_SPOOL }).append(JSON.stringify(fact));
    return kept === 'kept' ? undefined : PROBLEMS[kept];
  };
