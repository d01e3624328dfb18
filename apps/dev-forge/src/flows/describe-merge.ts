import { effectiveProtection, mergeableState, type MergeFacts } from '../core/mergeability.js';
import type { Protection, Pull, Repo } from '../core/model.js';
import type { PullMergeability } from '../core/payloads/pull.js';
import { countedReviews } from '../core/roles.js';
import { unapprovedOwnedPaths } from './code-owners.js';
import type { Deps } from './deps.js';
import { baseTip, issueOf } from './pull-event.js';

export const protectionOf = (repo: Repo, branch: string): Protection =>
  effectiveProtection(repo.protections[branch], repo.rulesets, branch, repo.defaultBranch);

/** Everything that decides whether a pull request may be merged now. */
export const mergeFacts = async (deps: Deps, repo: Repo, pull: Pull): Promise<MergeFacts> => {
  const { world, git } = deps;
  const protection = protectionOf(repo, pull.baseRef);
  const base = await baseTip(deps, repo, pull);
  const open = issueOf(deps, repo, pull.number).state === 'open';
  const conflicts = open && (await git.mergeTree(repo, base, pull.headSha)) === undefined;
  const { behindBy } = await git.compare(repo, base, pull.headSha);
  const owned = protection.codeOwnerReviews ? await unapprovedOwnedPaths(deps, repo, pull) : [];
  return {
    open,
    draft: pull.draft,
    conflicts,
    behindBy,
    protection,
    runs: world.checkRuns.where((row) => row.repoId === repo.id && row.headSha === pull.headSha),
    statuses: world.statuses.where((row) => row.repoId === repo.id && row.sha === pull.headSha),
    reviews: countedReviews(world, repo, pull.number),
    unapprovedOwnedPaths: owned,
  };
};

/** `mergeable` and `mergeable_state`. Unlike GitHub's they are worked out before the answer, never null while open. */
export const mergeability = async (deps: Deps, repo: Repo, pull: Pull): Promise<PullMergeability> => {
  const facts = await mergeFacts(deps, repo, pull);
  return { mergeable: facts.open ? !facts.conflicts : null, state: mergeableState(facts) };
};
