import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_POLICY, parseGuardPolicy, type GuardPolicy } from '@rig/guard';
import { RigError } from '@rig/kernel';
import { usageError } from '../../core/arguments.js';
import { errorCode } from '../error-code.js';

const MAX_CHARACTERS = 1_000_000;

const readText = async (file: string, named: boolean): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!named && errorCode(cause) === 'ENOENT') return undefined;
    throw usageError(`the policy ${file} cannot be read`, 'Name a guard.policy.yaml, or leave --policy out.');
  }
};

/**
 * The policy of the guard: the file named, else `guard.policy.yaml` of RIG_CONFIG_DIR if there is one, else the
 * built-in rules alone. It can only add and tighten.
 */
export const loadGuardPolicy = async (named: unknown, env: NodeJS.ProcessEnv): Promise<GuardPolicy> => {
  const folder = env['RIG_CONFIG_DIR'];
  const file = typeof named === 'string' ? named : folder && join(folder, 'guard.policy.yaml');
  const text = file === undefined || file === '' ? undefined : await readText(file, typeof named === 'string');
  if (text === undefined) return NO_POLICY;
  if (text.length > MAX_CHARACTERS) throw usageError(`${file} is too large for a policy`, 'Name a guard.policy.yaml.');
  const parsed = parseGuardPolicy(text);
  if (parsed.ok) return parsed.value;
  const { code, message, fix } = parsed.refusal;
  const told = message.replace(/^guard\.policy\.yaml(?=:)/, file ?? '$&');
  throw new RigError({ code, kind: 'terminal', message: told, ...(fix === undefined ? {} : { fix }) });
};
