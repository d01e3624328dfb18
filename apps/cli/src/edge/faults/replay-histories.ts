import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageOutcome } from '../../flows/run-tests.js';
import { checkoutRoot } from '../checkout.js';
import { jestCounts } from '../jest-counts.js';

const LIMIT_MS = 120_000;
const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/** Folds every recorded history of earlier versions with the code of this checkout: the conductor's own test of it. */
export const replayHistories = async (folder: string): Promise<StageOutcome> => {
  const report = join(folder, 'histories.json');
  await rm(report, { force: true });
  const jest = join(checkoutRoot, 'node_modules/jest/bin/jest.js');
  const pattern = 'conductor/src/flows/replay\\.unit\\.spec';
  const args = ['--selectProjects', 'unit', '--testPathPatterns', pattern, '--json', `--outputFile=${report}`];
  const options = { cwd: checkoutRoot, env: { ...process.env, NODE_OPTIONS }, timeout: LIMIT_MS };
  const code = await new Promise<number>((resolve) => {
    execFile(process.execPath, [jest, ...args], options, (error) => resolve(error === null ? 0 : 1));
  });
  return jestCounts(report, code);
};
