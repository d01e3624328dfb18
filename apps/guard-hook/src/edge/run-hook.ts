import { HOOK_VARIABLES, linksIn, readHookFile, scriptsIn } from '@rig/hooks';
import { isoTime, uuidv7 } from '@rig/kernel';
import { createGuardCall, type Verdict } from '../flows/guard-call.js';
import type { Environment } from './client-environment.js';
import { findPlace } from './find-place.js';
import { identityFrom, keepReport } from './keep-report.js';
import { loadPolicy } from './load-policy.js';
import { randomBytes } from './random-bytes.js';
import { readInput } from './read-input.js';

const TEMPORARY = ['/tmp', '/var/tmp', '/private/tmp', '/dev/shm'];

export interface HookInput {
  /** Folder of the installed hook. */
  readonly kit: string;
  /** Of the agent's client. */
  readonly env: Environment;
}

/** Puts the parts together and judges the one call that stands on standard input. */
export const runHook = ({ kit, env }: HookInput): Verdict => {
  const settings = readHookFile(kit);
  const named = env[HOOK_VARIABLES.spool];
  const spool = named?.startsWith('/') === true ? named : undefined;
  const guarded = [kit, settings?.policyFile, spool].filter((path) => typeof path === 'string' && path !== '');
  return createGuardCall({
    input: readInput,
    policy: () => loadPolicy(kit, settings),
    place: findPlace(env, guarded.map(String)),
    scripts: ({ workspace, scratch = [] }) => scriptsIn([workspace, ...scratch, ...TEMPORARY]),
    links: ({ workspace, scratch = [] }) => linksIn([workspace, ...scratch, ...TEMPORARY]),
    identity: identityFrom(env),
    record: keepReport(spool),
    stamp: () => ({ id: uuidv7(Date.now(), randomBytes(10)), time: isoTime(Date.now()) }),
  })();
};
