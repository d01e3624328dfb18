import { found } from '../core/errors.js';
import type { Issue, Pull, Repo } from '../core/model.js';
import { pullJson, simplePullJson, type PullFacts } from '../core/payloads/pull.js';
import type { Json } from '../core/payloads/view.js';
import { numberKey } from '../core/world.js';
import type { Deps } from './deps.js';

export const issueOf = ({ world }: Deps, repo: Repo, number: number): Issue =>
  found(world.issues.get(numberKey(repo.id, number)));

export const pullOf = ({ world }: Deps, repo: Repo, number: number): Pull =>
  found(world.pulls.get(numberKey(repo.id, number)));

/** The commit that a pull request is compared with: the tip of its base while open, later what it was then. */
export const baseTip = async ({ git, world }: Deps, repo: Repo, pull: Pull): Promise<string> => {
  const open = world.issues.get(numberKey(repo.id, pull.number))?.state === 'open';
  if (!open) return pull.baseSha;
  return (await git.refs(repo)).get(`refs/heads/${pull.baseRef}`) ?? pull.baseSha;
};

/** Commits and changed files against the merge base. */
export const pullFacts = async (deps: Deps, repo: Repo, pull: Pull): Promise<PullFacts & { behindBy: number }> => {
  const base = await baseTip(deps, repo, pull);
  const { mergeBase, aheadBy, behindBy } = await deps.git.compare(repo, base, pull.headSha);
  const files = await deps.git.changedFiles(repo, mergeBase ?? base, pull.headSha);
  return { commits: aheadBy, files, behindBy };
};

/** `number` and `pull_request` of a pull_request event, read from the rows as they are now. */
export const pullEventParts = async (deps: Deps, repo: Repo, number: number): Promise<Json> => {
  const facts = await pullFacts(deps, repo, pullOf(deps, repo, number));
  const [issue, pull] = [issueOf(deps, repo, number), pullOf(deps, repo, number)];
  return { number, pull_request: pullJson(deps.view, repo, issue, pull, facts) };
};

/** `pull_request` as the review events carry it. */
export const simplePullPart = (deps: Deps, repo: Repo, number: number): Json => ({
  pull_request: simplePullJson(deps.view, repo, issueOf(deps, repo, number), pullOf(deps, repo, number)),
});
