import { RepoSlug, Tier } from '@rig/contracts';
import type { Refusal, Result } from '@rig/kernel';
import { z } from 'zod';
import { parseYaml } from './parse-yaml.js';

const Fields = {
  /** `off`: people look, nothing runs. Default off. */
  dispatch: z.enum(['on', 'off']),
  /** `person`: a passed gate waits for a person's merge; `auto`: Rig merges. Default person. */
  acceptance: z.enum(['person', 'auto']),
  /** `required`: a head without any required check is held; `none`: the repository has no CI. Default required. */
  ci: z.enum(['required', 'none']),
  /** Rounds of changes-requested before a person is asked. Default 3, limits 1 to 20. */
  reviewRounds: z.int().min(1).max(20),
  /** Repairs of failing checks of one pull request before a person is asked. Default 5, limits 1 to 20. */
  ciRounds: z.int().min(1).max(20),
  /** Attempts at one issue before it is blocked. Default 3, limits 1 to 10. */
  maxAttempts: z.int().min(1).max(10),
  /** The label by which a person approves work. Default agent-ready. */
  readyLabel: z.string().min(1).max(50),
  /** Least permission on the forge of someone whose ready label counts. Default write. */
  approvers: z.enum(['admin', 'maintain', 'write', 'triage']),
  /** Blast radius of the repository; T3 is never given to agents. Default T1. */
  tier: Tier,
  /** Assignments an hour at most in this repository. Default 600, limits 1 to 10,000. */
  maxPerHour: z.int().min(1).max(10_000),
} as const;

const RepositoryOverrides = z.strictObject(Fields).partial();

export const RepositoryPolicy = z.strictObject(Fields);
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
