import { accept, canonicalJson, derivedId, messageOf, refuse, type Refusal, type Result } from '@rig/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import type { GuardPolicy } from './policy.js';

const Word = z.string().min(1).max(200);
const Host = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, 'a host name in lower case');
const RuleId = z.string().regex(/^local\.[a-z0-9][a-z0-9.-]{0,60}$/, 'an id of your own begins with "local."');

const CommandRule = z.strictObject({
  id: RuleId,
  command: z.array(Word).min(1).max(10),
  flags: z.array(Word).max(10).default([]),
  message: z.string().min(1).max(500),
  alternative: z.string().max(500).default('Ask a person to run it.'),
});

/**
 * `guard.policy.yaml`. It can add and tighten; it has no field by which a rule of the guard could be switched off, and a
 * field it does not know makes the whole file invalid.
 */
const GuardPolicyFile = z.strictObject({
  version: z.literal(1).default(1),
  rules: z.array(CommandRule).max(500).default([]),
  protectedPaths: z.array(Word).max(500).default([]),
  protectedHosts: z.array(Host).max(500).default([]),
  mcpShellTools: z.record(Word, Word).default({}),
  mcpFileTools: z.record(Word, Word).default({}),
  tighten: z
    .strictObject({
      noScratch: z.boolean().default(false),
      everyClusterDelete: z.boolean().default(false),
      packageRunners: z.boolean().default(false),
      noVerify: z.boolean().default(false),
    })
    .prefault({}),
});

/** Reads `guard.policy.yaml`. Refusal codes: YAML_INVALID, POLICY_INVALID. An empty text adds nothing. */
export const parseGuardPolicy = (text: string): Result<GuardPolicy, Refusal> => {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 50 });
  } catch (error) {
    return refuse({
      code: 'YAML_INVALID',
      message: `guard.policy.yaml: ${messageOf(error)}`,
      fix: 'Mend the YAML syntax.',
    });
  }
  const parsed = GuardPolicyFile.safeParse(value ?? {});
  if (parsed.success) {
    const { version: _version, ...file } = parsed.data;
    return accept({ ...file, hash: derivedId('guard-policy', canonicalJson(parsed.data)) });
  }
  const lines = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`);
  return refuse({
    code: 'POLICY_INVALID',
    message: `guard.policy.yaml: ${lines.join('; ')}`,
    fix: 'Correct the named fields; docs/guard.md lists what each may be. A policy can add and tighten, never loosen.',
  });
};
