import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, fetchDebianPackages, runCommand } from '@rig/embedded';
import { accept, messageOf, refuse } from '@rig/kernel';
import type { FindOptions, FoundTool, Tool } from './tool.js';

export type PrometheusTool = 'promtool' | 'amtool';

/** The distribution's package that each is in. Both are linked statically enough to need no other. */
const PACKAGES: Readonly<Record<PrometheusTool, string>> = {
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
};

const versionOf = async (file: string): Promise<Tool | undefined> => {
  const { code, stdout, stderr } = await runCommand(file, ['--version'], { timeoutMs: 20_000 });
  const version = code === 0 ? /version (\d+\.\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1] : undefined;
  return version === undefined ? undefined : { file, env: process.env, version };
};

/** promtool or amtool: on PATH, in the cache, or from the distribution's package, without root. */
export const findPrometheusTool = async (name: PrometheusTool, { fetch, log }: FindOptions): Promise<FoundTool> => {
  const missing = (why: string): FoundTool =>
    refuse({ code: 'TOOL_NOT_FOUND', message: `no ${name}: ${why}`, fix: `Install ${name}.` });
  const own = await versionOf(name);
  if (own !== undefined) return accept(own);
  const target = join(cacheDir(), 'tools', PACKAGES[name]);
  const file = join(target, 'usr', 'bin', name);
  const cached = existsSync(file) ? await versionOf(file) : undefined;
  if (cached !== undefined) return accept(cached);
  if (!fetch) return missing('none on PATH or in the cache');
  try {
    if (!(await fetchDebianPackages({ packages: [PACKAGES[name]], target, log, libraries: false }))) {
      return missing('none on PATH, and this distribution has none to fetch');
    }
  } catch (error) {
    return missing(messageOf(error));
  }
  const fetched = await versionOf(file);
  return fetched === undefined ? missing('what was fetched does not run here') : accept(fetched);
};
