import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bundler = fileURLToPath(new URL('../../../tools/hook/bundle.ts', import.meta.url));

export interface TestHookBundle {
  /** What the build puts into apps/guard-hook/dist/bundle. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** The files of the guard's hook, built from the sources as they stand. */
export const testHookBundle = async (): Promise<TestHookBundle> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-hook-bundle-'));
  await promisify(execFile)(process.execPath, [bundler, folder], {
    env: { PATH: process.env['PATH'] },
    timeout: 60_000,
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};
