import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { applySettings, clientOf, installKit, KIT, planSettings } from '@rig/hooks';
import { RigError } from '@rig/kernel';
import { installLines, type InstallTold } from '../../core/hooks/hook-lines.js';
import { errorCode } from '../error-code.js';
import { ensureHookBundle, hookBundle } from '../install-run-hook.js';
import { createTerminal, printJson, printOut } from '../terminal.js';
import { clientsFrom, kitFrom, policyFrom, scopeFrom } from './choices.js';

const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);

/** A folder that is not ours to write is the likeliest mistake. */
const orExplain = async <T>(work: Promise<T>, managed: boolean): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined || !REFUSED.has(code)) throw cause;
    throw new RigError({
      code: 'HOOKS_NOT_WRITABLE',
      kind: 'terminal',
      message: cause instanceof Error ? cause.message : 'a file cannot be written',
      fix: managed ? 'Run it as root, or install for yourself with --user.' : 'Check the owner of that folder.',
      cause,
    });
  }
};

/** `rig hooks install` */
export const installHooks = async (given: Record<string, unknown>): Promise<number> => {
  const clients = clientsFrom(given['client']);
  const scope = scopeFrom(given);
  const kit = kitFrom(given['kit'], scope);
  const policyFile = policyFrom(given['policy']);
  const dry = given['print'] === true || given['dryRun'] === true;
  const place = { scope, home: homedir() };
  const command = join(kit, KIT.wrapper);
  // Settings first: when one of them cannot be changed, nothing is installed at all.
  const changes = await orExplain(planSettings(clients, command, place), scope === 'managed');
  await ensureHookBundle();
  const node = typeof given['node'] === 'string' ? { node: resolve(given['node']) } : {};
  const installed = dry
    ? undefined
    : await orExplain(installKit({ bundle: hookBundle, kit, policyFile, ...node }), scope === 'managed');
  if (!dry) await orExplain(applySettings(changes, place), scope === 'managed');
  const told: InstallTold = {
    kit,
    command,
    files: changes.map(({ client, file, before, after }) => ({
      client,
      file,
      changed: before !== after,
      content: after,
    })),
    written: !dry,
    cached: installed?.cached ?? true,
    advice: clients.flatMap((client) => clientOf(client).advice(scope)),
  };
  if (given['json'] === true) printJson({ ...told, scope, policyFile, policyHash: installed?.policyHash ?? null });
  else printOut(installLines(told, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return 0;
};
