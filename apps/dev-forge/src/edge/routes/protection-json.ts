import { z } from 'zod';
import type { Protection, Repo, Ruleset } from '../../core/model.js';
import { fullName } from '../../core/world.js';

const StatusChecks = z
  .object({
    strict: z.boolean().default(false),
    contexts: z.array(z.string()).optional(),
    checks: z.array(z.object({ context: z.string() })).optional(),
  })
  .transform(({ strict, contexts, checks }) => ({
    strict,
    names: [...new Set([...(contexts ?? []), ...(checks ?? []).map((check) => check.context)])],
  }));

const Reviews = z.object({
  required_approving_review_count: z.int().min(0).max(6).optional(),
  require_code_owner_reviews: z.boolean().optional(),
  dismiss_stale_reviews: z.boolean().optional(),
});

export const ProtectionBody = z.object({
  required_status_checks: StatusChecks.nullable().default(null),
  required_pull_request_reviews: Reviews.nullable().default(null),
  enforce_admins: z.boolean().nullish(),
  restrictions: z.unknown().optional(),
});

export const statusChecksJson = (url: string, { requiredChecks, strict }: Protection) => ({
  url: `${url}/required_status_checks`,
  strict,
  contexts: requiredChecks,
  contexts_url: `${url}/required_status_checks/contexts`,
  checks: requiredChecks.map((context) => ({ context, app_id: null })),
});

export const protectionJson = (url: string, protection: Protection) => ({
  url,
  ...(protection.requiredChecks.length === 0 && !protection.strict
    ? {}
    : { required_status_checks: statusChecksJson(url, protection) }),
  ...(protection.approvals === 0 && !protection.codeOwnerReviews
    ? {}
    : {
        required_pull_request_reviews: {
          url: `${url}/required_pull_request_reviews`,
          dismiss_stale_reviews: protection.dismissStale,
          require_code_owner_reviews: protection.codeOwnerReviews,
          require_last_push_approval: false,
          required_approving_review_count: protection.approvals,
        },
      }),
  enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
  required_linear_history: { enabled: false },
  allow_force_pushes: { enabled: false },
  allow_deletions: { enabled: false },
  block_creations: { enabled: false },
  required_conversation_resolution: { enabled: false },
  lock_branch: { enabled: false },
  allow_fork_syncing: { enabled: false },
});

/** The rules of one ruleset, as `rules/branches` lists them. */
export const ruleJson = (repo: Repo, { id, protection }: Ruleset): unknown[] => {
  const source = { ruleset_source_type: 'Repository', ruleset_source: fullName(repo), ruleset_id: id };
  const checks = {
    type: 'required_status_checks',
    ...source,
    parameters: {
      strict_required_status_checks_policy: protection.strict,
      required_status_checks: protection.requiredChecks.map((context) => ({ context })),
    },
  };
  const pulls = {
    type: 'pull_request',
    ...source,
    parameters: {
      dismiss_stale_reviews_on_push: protection.dismissStale,
      require_code_owner_review: protection.codeOwnerReviews,
      require_last_push_approval: false,
      required_approving_review_count: protection.approvals,
      required_review_thread_resolution: false,
    },
  };
  const wantsChecks = protection.requiredChecks.length > 0 || protection.strict;
  return [
    ...(wantsChecks ? [checks] : []),
    ...(protection.approvals > 0 || protection.codeOwnerReviews ? [pulls] : []),
  ];
};
