import { derivedId } from '@rig/kernel';
import type { RepositoryPolicy } from '@rig/policy';
import type { CheckObservation } from '../core/github/observation.js';
import { decideCheckObservation } from '../core/pull/decide-check-observation.js';
import type { Cause, CommitDecision, CommitOutcome } from './commit-decision.js';
import type { LoadWorld } from './load-world.js';

export interface ObserveCheckDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  policyFor(repo: string): RepositoryPolicy;
  /** Pull requests whose head is this commit. */
  pullsByHead(repo: string, sha: string): Promise<readonly number[]>;
}

/** Takes a check run or commit status for every pull request it belongs to. */
export const createObserveCheck =
  ({ commit, load, pullsByHead, policyFor }: ObserveCheckDeps) =>
  async (cause: Cause, seen: CheckObservation): Promise<CommitOutcome> => {
    const named = seen.pulls.length > 0 ? seen.pulls : await pullsByHead(seen.repo, seen.headSha);
    let last: CommitOutcome = {
      status: 'refused',
      refusal: { code: 'PULL_UNKNOWN', message: `no pull request of ours has the head ${seen.headSha}` },
    };
    for (const number of named) {
      last = await commit({
        cause: { ...cause, id: derivedId(cause.id, number) },
        load: () => load.pull(seen.repo, number),
        decide: (world) => decideCheckObservation(world, number, seen, policyFor(seen.repo).ciRounds),
      });
    }
    return last;
  };

export type ObserveCheck = ReturnType<typeof createObserveCheck>;
