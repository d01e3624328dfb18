import { cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '@rig/embedded';
import type { BuildStage, Dockerfile, Instruction } from '../../core/deploy/dockerfile.js';

/** npm has to fetch what its cache lacks. In milliseconds. */
const RUN_MS = 300_000;

/** Without a network it gives up soon: the check is then skipped. */
const NPM = { npm_config_loglevel: 'error', npm_config_prefer_offline: 'true', npm_config_fetch_retries: '1' };

export interface LayerOptions {
  readonly root: string;
  readonly work: string;
  readonly app: string;
}

/**
 * Builds stages of a Dockerfile without an engine: COPY copies, RUN runs in the stage's folder with the same words. The
 * stages that only gather or compile (`manifests`, `build`) are stood in for by the checkout, which is built already.
 */
export const buildLayers = async (
  file: Dockerfile,
  names: readonly string[],
  options: LayerOptions,
): Promise<string> => {
  const folderOf = (stage: string): string => join(options.work, stage);
  await gatherManifests(options.root, folderOf('manifests'));
  for (const name of names) {
    const stage = file.stages.find((candidate) => candidate.name === name);
    if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
    await mkdir(folderOf(name), { recursive: true });
    await buildStage(stage, options, folderOf);
  }
  return folderOf(names.at(-1) ?? '');
};

const gatherManifests = async (root: string, target: string): Promise<void> => {
  const copy = async (name: string): Promise<void> => {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await cp(join(root, name), join(target, name));
  };
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) await copy(name);
  for (const group of ['apps', 'libs']) {
    for (const project of await readdir(join(root, group))) {
      // A folder without one is no project any more.
      await copy(join(group, project, 'package.json')).catch(() => undefined);
    }
  }
};

const copyInto = async ({ args }: Instruction, here: string, folderOf: (stage: string) => string, root: string) => {
  const [, stage = '', from = '', to = ''] = /^--from=(\S+)\s+(\S+)\s+(\S+)$/.exec(args) ?? [];
  const inside = from.replace(/^\/(app|src|manifests)\/?/, '');
  const source = stage === 'build' ? join(root, inside) : join(folderOf(stage), inside);
  const target = join(here, to);
  await mkdir(target, { recursive: true });
  // Hard links: the packages are large, and no stage writes into a file.
  const { code, stderr } = await runCommand('cp', ['-alf', `${source}/.`, target]);
  if (code !== 0)
    await cp(source, target, { recursive: true, verbatimSymlinks: true, force: true }).catch(() => {
      throw new Error(`COPY ${args}: ${stderr}`);
    });
};

const buildStage = async (
  stage: BuildStage,
  options: LayerOptions,
  folderOf: (stage: string) => string,
): Promise<void> => {
  const here = folderOf(stage.name);
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'COPY') await copyInto(instruction, here, folderOf, options.root);
    if (instruction.keyword !== 'RUN') continue;
    const { code, stderr } = await runCommand('sh', ['-c', instruction.args], {
      cwd: here,
      // What this machine has fetched before is taken from its cache without asking.
      env: { ...process.env, APP: options.app, ...NPM },
      timeoutMs: RUN_MS,
    });
    if (code !== 0) throw new Error(`line ${instruction.line}: ${stderr.trim() || `exit code ${code}`}`);
  }
};
