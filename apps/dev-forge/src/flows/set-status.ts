import type { CommitStatus, Repo } from '../core/model.js';
import { statusEventJson } from '../core/payloads/check.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';

export type NewStatus = Pick<CommitStatus, 'sha' | 'context' | 'state' | 'description' | 'targetUrl'>;

/** Adds a commit status; the newest of a context counts. */
export const createSetStatus =
  (deps: Deps) =>
  async (repo: Repo, creator: string, input: NewStatus): Promise<CommitStatus> => {
    const { world, git, view } = deps;
    const row = world.statuses.put({
      ...input,
      id: world.nextId(),
      repoId: repo.id,
      creator,
      createdAt: deps.time(),
    });
    const commit = await git.commit(repo, input.sha);
    if (commit !== undefined) {
      const branches = [...(await git.refs(repo))].flatMap(([ref, sha]) =>
        ref.startsWith('refs/heads/') && sha === input.sha ? [{ name: ref.slice('refs/heads/'.length), sha }] : [],
      );
      const parts = statusEventJson(view, repo, row, commit, branches);
      emitEvent(deps, { repo, event: 'status', sender: creator, parts });
    }
    return row;
  };
