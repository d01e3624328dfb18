import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDockerfile, type Dockerfile } from '../../core/deploy/dockerfile.js';
import { hookPolicyPath } from '../../core/deploy/guard-policy.js';

/** The checkout's Dockerfile. */
export const readDockerfile = async (root: string): Promise<Dockerfile> =>
  parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));

/** Where the guard's hook in the workers' image looks for the operator's policy. */
export const readHookPolicyPath = async (root: string): Promise<string> => {
  const path = hookPolicyPath(await readDockerfile(root));
  if (path === undefined)
    throw new Error('the Dockerfile installs the hook without --policy: no policy would reach it');
  return path;
};
