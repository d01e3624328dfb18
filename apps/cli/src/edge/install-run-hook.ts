import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { installKit, isPlainPath } from '@rig/hooks';
import type { RunPaths } from '../core/run-paths.js';
import { appsDir, checkoutRoot } from './checkout.js';

/** Where the build puts the hook. */
export const hookBundle = `${appsDir}/guard-hook/dist/bundle`;

/** Builds the hook in a checkout that was compiled by hand; `./rig` has done it already. */
export const ensureHookBundle = async (): Promise<void> => {
  const bundler = `${checkoutRoot}/tools/hook/bundle.ts`;
  if (existsSync(`${hookBundle}/guard-hook.cjs`) || !existsSync(bundler)) return;
  await promisify(execFile)(process.execPath, [bundler], { timeout: 60_000 });
};

/** A folder whose path means itself to every shell, also where the checkout's does not. */
const folderFor = (hook: string): string => {
  if (isPlainPath(hook)) return hook;
  return `${tmpdir()}/rig-guard-${createHash('sha256').update(hook).digest('hex').slice(0, 16)}`;
};

/** Installs the guard's hook for the agents of a run, with the operator's policy if there is one; resolves to its folder. */
export const installRunHook = async (paths: RunPaths, configDir: string): Promise<string> => {
  await ensureHookBundle();
  const policy = `${configDir}/guard.policy.yaml`;
  const policyFile = existsSync(policy) ? policy : null;
  const options = { bundle: hookBundle, kit: folderFor(paths.hook), policyFile, onlyIfChanged: true };
  return (await installKit(options)).kit;
};
