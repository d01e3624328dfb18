import { RepoSlug, Tier } from '@rig/contracts';
import type { Refusal, Result } from '@rig/kernel';
import { z } from 'zod';
import { parseYaml } from './parse-yaml.js';

const Fields = {
  dispatch: z.enum(['on', 'off']).describe('on: agents get issues that carry the ready label; off: nothing runs'),
  acceptance: z
    .enum(['person', 'auto'])
    .describe('person: what passes the gate waits for a person to merge it; auto: Rig merges it'),
  ci: z
    .enum(['required', 'none'])
    .describe('required: a head without any required check is held; none: the repository has no CI'),
  reviewRounds: z.int().min(1).max(20).describe('rounds of requested changes before a person is asked, 1 to 20'),
  ciRounds: z
    .int()
    .min(1)
    .max(20)
    .describe('repairs of failing checks of one pull request before a person is asked, 1 to 20'),
  maxAttempts: z.int().min(1).max(10).describe('attempts at one task before the issue is blocked, 1 to 10'),
  readyLabel: z.string().min(1).max(50).describe('the label by which a person hands an issue to agents'),
  approvers: z
    .enum(['admin', 'maintain', 'write', 'triage'])
    .describe('least permission on the forge of someone whose ready label counts'),
  tier: Tier.describe('blast radius, T0 to T3; T3 is never given to agents'),
  maxPerHour: z.int().min(1).max(10_000).describe('assignments an hour at most in this repository, 1 to 10,000'),
} as const;

/** What can be said of a repository, field by field; docs/config.md is made from the descriptions. */
export const PolicyFields = z.strictObject(Fields);

const RepositoryOverrides = PolicyFields.partial();

export const RepositoryPolicy = PolicyFields;
export type RepositoryPolicy = z.infer<typeof RepositoryPolicy>;

/** What holds where the operator says nothing: safe, so nothing runs and nothing merges by itself. */
export const SAFE_DEFAULTS: RepositoryPolicy = {
  dispatch: 'off',
  acceptance: 'person',
  ci: 'required',
  reviewRounds: 3,
  ciRounds: 5,
  maxAttempts: 3,
  readyLabel: 'agent-ready',
  approvers: 'write',
  tier: 'T1',
  maxPerHour: 600,
};

export const PolicyFile = z.strictObject({
  defaults: RepositoryOverrides.default({}),
  repositories: z.record(RepoSlug, RepositoryOverrides).default({}),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** Parses `rig.policy.yaml`; an empty text means the safe defaults everywhere. */
export const parsePolicyFile = (text: string): Result<PolicyFile, Refusal> =>
  parseYaml('rig.policy.yaml', text, PolicyFile);

/** The policy of one repository: its own entry over the file's defaults over the safe ones. */
export const repoPolicy = (file: PolicyFile, repo: string): RepositoryPolicy =>
  RepositoryPolicy.parse({ ...SAFE_DEFAULTS, ...file.defaults, ...(file.repositories[repo] ?? {}) });
