import { unprocessable } from '../core/errors.js';
import type { Pull, Repo } from '../core/model.js';
import { numberKey } from '../core/world.js';
import { ownersToAsk } from './code-owners.js';
import type { Deps } from './deps.js';
import { emitIssueChange } from './change-issue.js';
import { addIssueRow } from './open-issue.js';
import { issueOf } from './pull-event.js';
import { createQueueCi } from './queue-ci.js';
import { createRequestReviewers } from './request-reviewers.js';

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

const invalid = (field: string) =>
  unprocessable('Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }]);

const custom = (message: string) =>
  unprocessable('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);

const openTwin = ({ world }: Deps, repo: Repo, headRef: string, baseRef: string): boolean =>
  world.pulls
    .where((row) => row.repoId === repo.id && row.headRef === headRef && row.baseRef === baseRef)
    .some((row) => world.issues.get(numberKey(repo.id, row.number))?.state === 'open');

const tips = async (deps: Deps, repo: Repo, head: string, base: string) => {
  const refs = await deps.git.refs(repo);
  const [headSha, baseSha] = [refs.get(`refs/heads/${head}`), refs.get(`refs/heads/${base}`)];
  if (headSha === undefined) throw invalid('head');
  if (baseSha === undefined) throw invalid('base');
  if (openTwin(deps, repo, head, base)) throw custom(`A pull request already exists for ${repo.owner}:${head}.`);
  if ((await deps.git.compare(repo, baseSha, headSha)).aheadBy === 0) {
    throw custom(`No commits between ${base} and ${head}`);
  }
  return { headSha, baseSha };
};

/** Opens a pull request between two branches of the repository and starts CI on its head. */
export const createOpenPull = (deps: Deps) => {
  const queueCi = createQueueCi(deps);
  const requestReviewers = createRequestReviewers(deps);
  return (repo: Repo, author: string, input: NewPull): Promise<Pull> =>
    deps.exclusive(repo, async () => {
      const head = input.head.startsWith(`${repo.owner}:`) ? input.head.slice(repo.owner.length + 1) : input.head;
      const { headSha, baseSha } = await tips(deps, repo, head, input.base);
      const row = { title: input.title, body: input.body, labels: [], assignees: [] };
      const issue = addIssueRow(deps, repo, author, row, true);
      const pull = deps.world.pulls.put({
        id: deps.world.nextId(),
        repoId: repo.id,
        number: issue.number,
        headRef: head,
        headSha,
        baseRef: input.base,
        baseSha,
        draft: input.draft,
        merged: false,
        mergedAt: null,
        mergedBy: null,
        mergeCommitSha: null,
        requestedReviewers: [],
        pendingMerge: null,
      });
      await emitIssueChange(deps, repo, issueOf(deps, repo, pull.number), 'opened', author);
      if (!pull.draft) await requestReviewers(repo, pull, await ownersToAsk(deps, repo, pull), author);
      await queueCi(repo, headSha, pull.headRef, null);
      return pull;
    });
};
