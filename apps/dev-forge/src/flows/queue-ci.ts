import type { Repo } from '../core/model.js';
import type { Deps } from './deps.js';
import { createChangeCheckRun, createStartCheckRun } from './check-runs.js';

/** The forge's own App that carries out the repositories' test commands. */
export const ciApp = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' } as const;

/**
 * Queues the repository's test command for a commit, once per commit.
 * Queued runs of `superseded` (the branch's former head) are cancelled: nobody waits for them any more.
 */
export const createQueueCi = (deps: Deps) => {
  const startCheckRun = createStartCheckRun(deps);
  const changeCheckRun = createChangeCheckRun(deps);
  return async (repo: Repo, sha: string, branch: string, superseded: string | null, again = false): Promise<void> => {
    if (repo.ci === null) return;
    const ours = deps.world.checkRuns.where((run) => run.repoId === repo.id && run.ours);
    for (const run of ours.filter((row) => row.headSha === superseded && row.status === 'queued')) {
      await changeCheckRun(repo, run, { status: 'completed', conclusion: 'cancelled', completedAt: deps.time() });
    }
    if (!again && ours.some((run) => run.headSha === sha && run.name === repo.ci?.check)) return;
    await startCheckRun(repo, {
      app: ciApp.id,
      name: repo.ci.check,
      headSha: sha,
      headBranch: branch,
      before: superseded,
      ours: true,
      sender: `${ciApp.slug}[bot]`,
      state: { status: 'queued' },
    });
    deps.ciQueued();
  };
};
