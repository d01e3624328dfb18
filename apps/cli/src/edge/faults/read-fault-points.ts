import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultPointNames } from '../../core/faults/fault-point-names.js';

/** The fault points that the sources of a checkout hold. */
export const readFaultPoints = async (root: string): Promise<readonly string[]> => {
  const texts: string[] = [];
  for await (const file of glob('{apps,libs}/*/src/**/*.ts', { cwd: root })) {
    if (!file.endsWith('.spec.ts')) texts.push(await readFile(join(root, file), 'utf8'));
  }
  return faultPointNames(texts);
};
