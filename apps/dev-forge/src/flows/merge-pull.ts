import { closedIssues } from '../core/closing-keywords.js';
import { HttpRefusal } from '../core/errors.js';
import { mergeObstacle } from '../core/mergeability.js';
import type { Pull, Repo } from '../core/model.js';
import { noReply } from '../core/payloads/user.js';
import { fullName, loginKey, numberKey } from '../core/world.js';
import { createAcceptPush } from './accept-push.js';
import { emitIssueChange, setState } from './change-issue.js';
import type { Deps } from './deps.js';
import { mergeFacts } from './describe-merge.js';
import type { Signature } from './git.js';
import { baseTip, issueOf, pullOf } from './pull-event.js';
import { recordIssueEvent, touchIssue } from './touch-issue.js';

export interface MergeInput {
  readonly sha?: string | undefined;
  readonly method: 'merge' | 'squash';
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

export const signatureOf = ({ world }: Deps, login: string): Signature => {
  const user = world.users.get(loginKey(login));
  return { name: user?.name ?? login, email: user?.email ?? noReply(0, login) };
};

/** Who commits what the forge itself makes. */
export const forgeSignature: Signature = { name: 'GitHub', email: 'noreply@forge.invalid' };

const commitMessage = (deps: Deps, repo: Repo, pull: Pull, input: MergeInput): string => {
  const issue = issueOf(deps, repo, pull.number);
  const squash = input.method === 'squash';
  const title =
    input.title ??
    (squash
      ? `${issue.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${repo.owner}/${pull.headRef}`);
  const message = input.message ?? (squash ? (issue.body ?? '') : issue.title);
  return message === '' ? `${title}\n` : `${title}\n\n${message}\n`;
};

const makeCommit = async (deps: Deps, repo: Repo, pull: Pull, base: string, by: string, input: MergeInput) => {
  const tree = await deps.git.mergeTree(repo, base, pull.headSha);
  if (tree === undefined) throw new HttpRefusal(405, 'Pull Request is not mergeable');
  const author = input.method === 'squash' ? issueOf(deps, repo, pull.number).author : by;
  return deps.git.commitTree(repo, {
    tree,
    parents: input.method === 'squash' ? [base] : [base, pull.headSha],
    message: commitMessage(deps, repo, pull, input),
    author: signatureOf(deps, author),
    committer: forgeSignature,
    time: Math.floor(deps.now() / 1000),
  });
};

/** Writes down that a pull request is merged, tells everyone, and closes what its text closes. */
export const finishMerge = async (deps: Deps, repo: Repo, pull: Pull, base: string): Promise<void> => {
  if (pull.pendingMerge === null) return;
  const { commit, by } = pull.pendingMerge;
  const time = deps.time();
  const issue = issueOf(deps, repo, pull.number);
  deps.world.pulls.put({
    ...pull,
    merged: true,
    mergedAt: time,
    mergedBy: by,
    mergeCommitSha: commit,
    baseSha: base,
    pendingMerge: null,
  });
  const closed = touchIssue(deps, { ...issue, state: 'closed', closedAt: time, closedBy: by });
  recordIssueEvent(deps, issue, 'merged', by, { commitId: commit });
  recordIssueEvent(deps, issue, 'closed', by);
  await emitIssueChange(deps, repo, closed, 'closed', by);
  await createAcceptPush(deps)(repo, { ref: `refs/heads/${pull.baseRef}`, before: base, after: commit }, by);
  if (pull.baseRef !== repo.defaultBranch) return;
  for (const number of closedIssues(`${issue.title}\n${issue.body ?? ''}`, fullName(repo))) {
    const linked = deps.world.issues.get(numberKey(repo.id, number));
    if (linked !== undefined && !linked.isPull) {
      await setState(deps, repo, linked, 'closed', by, 'completed', commit);
    }
  }
};

/** Merges: 409 if the head is not `sha`, 405 if the rules of the branch do not allow it. */
export const createMergePull =
  (deps: Deps) =>
  (repo: Repo, number: number, by: string, input: MergeInput): Promise<string> =>
    deps.exclusive(repo, async () => {
      const pull = pullOf(deps, repo, number);
      if (input.sha !== undefined && input.sha !== pull.headSha) {
        throw new HttpRefusal(409, 'Head branch was modified. Review and try the merge again.');
      }
      const obstacle = mergeObstacle(await mergeFacts(deps, repo, pull));
      if (obstacle !== undefined) throw new HttpRefusal(405, obstacle);
      const base = await baseTip(deps, repo, pull);
      const commit = await makeCommit(deps, repo, pull, base, by, input);
      const pending = deps.world.pulls.put({ ...pull, pendingMerge: { commit, by } });
      if (!(await deps.git.updateRef(repo, `refs/heads/${pull.baseRef}`, commit, base))) {
        deps.world.pulls.put({ ...pull, pendingMerge: null });
        throw new HttpRefusal(409, 'Base branch was modified. Review and try the merge again.');
      }
      await finishMerge(deps, repo, pending, base);
      return commit;
    });
