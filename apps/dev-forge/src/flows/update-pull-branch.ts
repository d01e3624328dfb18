import { unprocessable } from '../core/errors.js';
import type { Repo } from '../core/model.js';
import { createAcceptPush } from './accept-push.js';
import type { Deps } from './deps.js';
import { forgeSignature, signatureOf } from './merge-pull.js';
import { baseTip, pullOf } from './pull-event.js';

/** Merges the base branch into the pull request's branch. */
export const createUpdatePullBranch = (deps: Deps) => {
  const acceptPush = createAcceptPush(deps);
  return (repo: Repo, number: number, by: string, expected: string | undefined): Promise<void> =>
    deps.exclusive(repo, async () => {
      const pull = pullOf(deps, repo, number);
      if (expected !== undefined && expected !== pull.headSha) {
        throw unprocessable(`expected head sha didn’t match current head ref.`);
      }
      const base = await baseTip(deps, repo, pull);
      if ((await deps.git.compare(repo, base, pull.headSha)).behindBy === 0) {
        throw unprocessable('There are no new commits on the base branch.');
      }
      const tree = await deps.git.mergeTree(repo, pull.headSha, base);
      if (tree === undefined) throw unprocessable('merge conflict between base and head');
      const after = await deps.git.commitTree(repo, {
        tree,
        parents: [pull.headSha, base],
        message: `Merge branch '${pull.baseRef}' into ${pull.headRef}\n`,
        author: signatureOf(deps, by),
        committer: forgeSignature,
        time: Math.floor(deps.now() / 1000),
      });
      const ref = `refs/heads/${pull.headRef}`;
      if (!(await deps.git.updateRef(repo, ref, after, pull.headSha))) {
        throw unprocessable(`expected head sha didn’t match current head ref.`);
      }
      await acceptPush(repo, { ref, before: pull.headSha, after }, by);
    });
};
