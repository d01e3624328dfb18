import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@rig/embedded';
import { stringify } from 'yaml';
import type { Manifest } from '../../core/deploy/manifest.js';
import type { Values } from '../../core/deploy/values-matrix.js';
import { parseManifests } from './manifests.js';
import type { Tool } from './tools/tool.js';

export interface Rendered {
  /** Helm's exit code. */
  readonly code: number;
  readonly manifests: readonly Manifest[];
  /** What Helm said on standard error. */
  readonly said: string;
}

export interface Chart {
  template(values: Values): Promise<Rendered>;
  lint(values: Values): Promise<Omit<Rendered, 'manifests'>>;
}

/** Runs Helm on a chart; it needs no cluster and asks none. */
export const openChart = (helm: Tool, folder: string): Chart => {
  const withValues = async <T>(
    values: Values,
    work: (file: string, env: NodeJS.ProcessEnv) => Promise<T>,
  ): Promise<T> => {
    const home = await mkdtemp(join(tmpdir(), 'rig-helm-'));
    try {
      const file = join(home, 'values.yaml');
      await writeFile(file, stringify(values));
      // Nothing of the user's own Helm takes part, plugins and repositories among it.
      return await work(file, { ...helm.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };
  const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    runCommand(helm.file, args, { env, timeoutMs: 60_000 });
  return {
    template: (values) =>
      withValues(values, async (file, env) => {
        const args = ['template', 'rig', folder, '--namespace', 'rig', '--values', file];
        const { code, stdout, stderr } = await run(args, env);
        return { code, said: stderr, manifests: code === 0 ? parseManifests(stdout, 'the rendered chart') : [] };
      }),
    lint: (values) =>
      withValues(values, async (file, env) => {
        const { code, stdout, stderr } = await run(['lint', '--strict', folder, '--values', file], env);
        return { code, said: `${stdout}${stderr}` };
      }),
  };
};
