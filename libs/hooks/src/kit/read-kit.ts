import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_POLICY, type GuardPolicy } from '@rig/guard';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { KIT, type CompiledPolicy, type HookFile } from './files.js';

/** Of one policy file. */
const MAX_POLICY_BYTES = 1 << 20;

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `hook.json` of an installed hook; undefined if it is not there or not whole. */
export const readHookFile = (kit: string): HookFile | undefined => {
  const value = readJson(join(kit, KIT.settings));
  if (!isObject(value) || value['version'] !== 1) return undefined;
  const { node, nodeVersion, policyFile } = value;
  if (typeof node !== 'string' || typeof nodeVersion !== 'string') return undefined;
  if (policyFile !== null && typeof policyFile !== 'string') return undefined;
  return { version: 1, node, nodeVersion, policyFile };
};

const readPolicyText = (file: string): Result<string, Refusal> => {
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= MAX_POLICY_BYTES) return accept(bytes.toString('utf8'));
    return refuse({ code: 'POLICY_INVALID', message: `${file} is larger than ${MAX_POLICY_BYTES} bytes` });
  } catch {
    return refuse({ code: 'POLICY_UNREADABLE', message: `the policy ${file} cannot be read` });
  }
};

const compiledFrom = (kit: string, text: string): GuardPolicy | undefined => {
  const value = readJson(join(kit, KIT.policy));
  if (!isObject(value) || value['source'] !== text || !isObject(value['policy'])) return undefined;
  // Written by the installer from the same text; whoever can change it can change the hook.
  return (value as unknown as CompiledPolicy<GuardPolicy>).policy;
};

export interface PolicyReading {
  readonly policy: GuardPolicy;
  /** Whether it had to be parsed, because the file changed after the hook was installed. */
  readonly parsed: boolean;
}

export type ParsePolicy = (text: string) => Result<GuardPolicy, Refusal>;

/**
 * The policy of an installed hook: as the installer parsed it, or parsed now if the file has changed since.
 * @param parser  brings the parser, which is large and seldom needed
 */
export const readPolicy = (
  kit: string,
  { policyFile }: HookFile,
  parser: () => ParsePolicy,
): Result<PolicyReading, Refusal> => {
  if (policyFile === null) return accept({ policy: NO_POLICY, parsed: false });
  const text = readPolicyText(policyFile);
  if (!text.ok) return text;
  const compiled = compiledFrom(kit, text.value);
  if (compiled !== undefined) return accept({ policy: compiled, parsed: false });
  const parsed = parser()(text.value);
  return parsed.ok ? accept({ policy: parsed.value, parsed: true }) : parsed;
};
