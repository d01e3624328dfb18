import type { Repo } from '../core/model.js';
import { numberKey } from '../core/world.js';
import { createAcceptPush } from './accept-push.js';
import type { Deps } from './deps.js';
import { finishMerge } from './merge-pull.js';
import { issueOf } from './pull-event.js';

/** Brings rows and refs together again after a kill: half-made merges, pushes that git took and nobody noted. */
export const createRecover = (deps: Deps) => {
  const acceptPush = createAcceptPush(deps);
  const recoverRepo = async (repo: Repo): Promise<void> => {
    const refs = await deps.git.refs(repo);
    const pulls = deps.world.pulls.where((row) => row.repoId === repo.id && !row.merged);
    for (const pull of pulls) {
      if (deps.world.issues.get(numberKey(repo.id, pull.number))?.state !== 'open') continue;
      const tip = refs.get(`refs/heads/${pull.baseRef}`);
      if (pull.pendingMerge !== null) {
        const { commit } = pull.pendingMerge;
        const made = tip !== undefined && (await deps.git.isAncestor(repo, commit, tip));
        const base = (await deps.git.commit(repo, commit))?.parents[0];
        if (made && base !== undefined) {
          await finishMerge(deps, repo, pull, base);
          continue;
        }
        deps.world.pulls.put({ ...pull, pendingMerge: null });
      }
      const after = refs.get(`refs/heads/${pull.headRef}`);
      if (after === undefined || after === pull.headSha) continue;
      const change = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after };
      await acceptPush(repo, change, issueOf(deps, repo, pull.number).author);
    }
  };
  return async (): Promise<void> => {
    for (const repo of [...deps.world.repos.all()]) await deps.exclusive(repo, () => recoverRepo(repo));
  };
};
