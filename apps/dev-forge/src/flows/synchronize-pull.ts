import { lineAt } from '../core/diff.js';
import type { Pull, Repo, ReviewComment } from '../core/model.js';
import type { Deps } from './deps.js';
import { emitIssueChange } from './change-issue.js';
import { protectionOf } from './describe-merge.js';
import { dismissReview } from './dismiss-review.js';
import { baseTip, issueOf } from './pull-event.js';
import { createQueueCi } from './queue-ci.js';
import { touchIssue } from './touch-issue.js';

/** Moves comments along with the diff: those whose line is no longer part of it become outdated. */
const moveComments = async (deps: Deps, repo: Repo, pull: Pull, mergeBase: string): Promise<void> => {
  const rows = deps.world.reviewComments.where((row) => row.repoId === repo.id && row.number === pull.number);
  if (rows.length === 0) return;
  const patches = await deps.git.patches(repo, mergeBase, pull.headSha);
  const place = (row: ReviewComment): ReviewComment => {
    const patch = patches.get(row.path);
    const quoted = row.diffHunk.split('\n').at(-1);
    const spot =
      patch === undefined || row.originalLine === null ? undefined : lineAt(patch, row.side, row.originalLine);
    if (spot === undefined || spot.hunk.split('\n').at(-1) !== quoted) return { ...row, line: null, position: null };
    return { ...row, line: spot.line, position: spot.position, commitId: pull.headSha };
  };
  for (const row of rows) deps.world.reviewComments.put(place(row));
};

/** A pull request's branch has a new head. */
export const createSynchronizePull = (deps: Deps) => {
  const queueCi = createQueueCi(deps);
  return async (repo: Repo, pull: Pull, after: string, sender: string): Promise<void> => {
    if (pull.headSha === after) return;
    const baseSha = await baseTip(deps, repo, pull);
    const moved = deps.world.pulls.put({ ...pull, headSha: after, baseSha });
    const issue = touchIssue(deps, issueOf(deps, repo, pull.number));
    const { mergeBase } = await deps.git.compare(repo, baseSha, after);
    await moveComments(deps, repo, moved, mergeBase ?? baseSha);
    await emitIssueChange(deps, repo, issue, 'synchronize', sender, { before: pull.headSha, after });
    if (protectionOf(repo, pull.baseRef).dismissStale) {
      const approvals = deps.world.reviews.where(
        (row) => row.repoId === repo.id && row.number === pull.number && row.state === 'APPROVED',
      );
      for (const review of approvals) dismissReview(deps, repo, review, sender);
    }
    await queueCi(repo, after, pull.headRef, pull.headSha);
  };
};
