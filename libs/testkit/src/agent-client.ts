import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, runCommand } from '@rig/embedded';

/** The real client that agents run in, at the version whose behaviour is written down in docs/hooks.md. */
const PACKAGE = '@anthropic-ai/claude-code';
const VERSION = '2.1.330';

/** It is 364 MB: fetched once per machine, and given up where that takes longer. */
const FETCH_MS = 120_000;

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

export type AgentClient = { readonly binary: string } | { readonly missing: string };

const runnable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const fetchInto = async (folder: string, name: string): Promise<string | undefined> => {
  const draft = `${folder}.${process.pid}.draft`;
  try {
    await mkdir(draft, { recursive: true });
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const args = ['install', '--prefix', draft, ...flags, `${name}@${VERSION}`];
    const { code, stderr } = await runCommand('npm', args, { timeoutMs: FETCH_MS });
    if (code !== 0) return stderr.trim().split('\n').at(-1) ?? `npm ended with ${code}`;
    await rename(draft, folder).catch(() => undefined);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/**
 * The program of a real agent's client, from the machine's cache or, at the first time, from the package registry; else
 * why it cannot be had. Never part of the lock file.
 */
export const agentClient = async (env: NodeJS.ProcessEnv = process.env): Promise<AgentClient> => {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (platform === undefined) return { missing: `${PACKAGE} has no program for ${process.platform}-${process.arch}` };
  const name = `${PACKAGE}-${platform}`;
  const folder = join(cacheDir(env), `claude-code-${VERSION}`);
  const binary = join(folder, 'node_modules', name, 'claude');
  if (await runnable(binary)) return { binary };
  const problem = await fetchInto(folder, name);
  if (await runnable(binary)) return { binary };
  return { missing: `${name}@${VERSION} cannot be fetched: ${problem ?? 'it holds no program'}` };
};
