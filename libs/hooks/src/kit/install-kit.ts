import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseGuardPolicy } from '@rig/guard';
import { RigError, messageOf } from '@rig/kernel';
import { KIT, type CompiledPolicy, type HookFile } from './files.js';
import { isPlainPath, NODE_FLAGS, wrapperText } from './wrapper.js';
import { writeWhole } from './write-file.js';

export interface InstallKitOptions {
  /** Where the build put the hook: apps/guard-hook/dist/bundle. */
  readonly bundle: string;
  /** Folder to install to: absolute, made if it is not there. */
  readonly kit: string;
  /** The Node that shall run the hook. Default: the one that runs this. */
  readonly node?: string;
  /** The operator's guard.policy.yaml; null for none. */
  readonly policyFile: string | null;
  /** Does nothing where everything is as it would be made. Default false. */
  readonly onlyIfChanged?: boolean;
}

export interface InstalledKit {
  readonly kit: string;
  /** What clients are told to run. */
  readonly command: string;
  readonly policyHash: string | null;
  /** Whether V8's code cache could be made; without it the hook is right, and slow. */
  readonly cached: boolean;
}

/** Made by the build, not part of what is installed. */
const TRAINER = 'train.cjs';
const TRAINING_MS = 30_000;

const run = promisify(execFile);

const mustBe = (plain: boolean, path: string, what: string): void => {
  if (plain) return;
  throw new RigError({
    code: 'HOOK_PATH_INVALID',
    kind: 'terminal',
    message: `${what} is ${path}, which a shell would not read as it stands`,
    fix: 'Install to an absolute path of letters, digits and ._-/@%+=:, alone.',
  });
};

const readBundle = async (bundle: string, name: string): Promise<Buffer> =>
  readFile(join(bundle, name)).catch((cause: unknown) => {
    throw new RigError({
      code: 'HOOK_NOT_BUILT',
      kind: 'terminal',
      message: `the hook is not built: ${join(bundle, name)} is missing`,
      fix: 'Start through ./rig, or run npm run build.',
      cause,
    });
  });

const compile = async (file: string): Promise<CompiledPolicy<{ readonly hash: string }>> => {
  const source = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RigError({
      code: 'POLICY_UNREADABLE',
      kind: 'terminal',
      message: `the policy ${file} cannot be read`,
      fix: 'Name a guard.policy.yaml with --policy, or leave it out.',
      cause,
    });
  });
  const parsed = parseGuardPolicy(source);
  if (parsed.ok) return { source, policy: parsed.value };
  const { code, message, fix } = parsed.refusal;
  throw new RigError({ code, kind: 'terminal', message, ...(fix === undefined ? {} : { fix }) });
};

/** The version of another Node; throws if it is none that runs. */
const versionOf = async (node: string): Promise<string> => {
  if (node === process.execPath) return process.version;
  try {
    const { stdout } = await run(node, ['--version'], { timeout: TRAINING_MS, env: {} });
    const version = stdout.trim();
    if (Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= 24) return version;
    throw new Error(`it says ${version || 'nothing'}`);
  } catch (cause) {
    throw new RigError({
      code: 'NODE_UNUSABLE',
      kind: 'terminal',
      message: `${node} is no Node 24 or newer: ${messageOf(cause)}`,
      fix: 'Name one with --node.',
      cause,
    });
  }
};

const settingsText = (settings: HookFile): string => `${JSON.stringify(settings, null, 2)}\n`;

const train = async (bundle: string, kit: string, node: string): Promise<boolean> => {
  try {
    const args = [...NODE_FLAGS, join(bundle, TRAINER), kit];
    await run(node, args, { timeout: TRAINING_MS, env: { HOME: '/nonexistent' } });
    return true;
  } catch {
    return false;
  }
};

/** Whether a folder holds exactly what would be installed there. */
const isCurrent = async (
  kit: string,
  files: readonly (readonly [string, Buffer])[],
  settings: HookFile,
  compiled: CompiledPolicy<unknown> | null,
): Promise<boolean> => {
  const there = (name: string): Promise<Buffer> => readFile(join(kit, name)).catch(() => Buffer.alloc(0));
  const wanted: readonly (readonly [string, Buffer | string])[] = [
    ...files,
    [KIT.settings, settingsText(settings)],
    [KIT.wrapper, wrapperText(kit, settings.node)],
    ...(compiled === null ? [] : ([[KIT.policy, JSON.stringify(compiled)]] as const)),
  ];
  for (const [name, content] of wanted) if (!(await there(name)).equals(Buffer.from(content))) return false;
  return (await there(KIT.cache)).length > 0;
};

/**
 * Installs the hook's files, or brings them up to date; while it works, and if it is cut short, a hook that runs finds
 * the old files or the new ones. Throws RigError HOOK_PATH_INVALID, HOOK_NOT_BUILT, NODE_UNUSABLE, and for a policy that
 * does not parse its own code: then nothing has been changed.
 */
export const installKit = async (options: InstallKitOptions): Promise<InstalledKit> => {
  const { bundle, kit, node = process.execPath, policyFile, onlyIfChanged = false } = options;
  mustBe(isPlainPath(kit), kit, 'the folder of the hook');
  mustBe(/^\/[^'\n]+$/.test(node), node, 'the path of Node');
  const compiled = policyFile === null ? null : await compile(policyFile);
  const files = await Promise.all(
    [KIT.bundle, KIT.start, KIT.parser].map(async (name) => [name, await readBundle(bundle, name)] as const),
  );
  const settings: HookFile = { version: 1, node, nodeVersion: await versionOf(node), policyFile };
  const command = join(kit, KIT.wrapper);
  const policyHash = compiled?.policy.hash ?? null;
  if (onlyIfChanged && (await isCurrent(kit, files, settings, compiled))) {
    return { kit, command, policyHash, cached: true };
  }
  await mkdir(kit, { recursive: true, mode: 0o755 });
  // V8 knows what a cache belongs to by little more than the length of the source.
  await rm(join(kit, KIT.cache), { force: true });
  for (const [name, content] of files) await writeWhole(join(kit, name), content, 0o444);
  if (compiled === null) await rm(join(kit, KIT.policy), { force: true });
  else await writeWhole(join(kit, KIT.policy), JSON.stringify(compiled), 0o444);
  await writeWhole(join(kit, KIT.settings), settingsText(settings), 0o444);
  await writeWhole(command, wrapperText(kit, node), 0o555);
  const cached = await train(bundle, kit, node);
  return { kit, command, policyHash, cached };
};
