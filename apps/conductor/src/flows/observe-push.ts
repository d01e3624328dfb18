import { repoSubject } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept, derivedId } from '@rig/kernel';
import type { PushObservation } from '../core/github/observation.js';
import type { Cause, CommitDecision, CommitOutcome } from './commit-decision.js';
import { repositories } from './projections.js';

export interface ObservePushDeps {
  readonly commit: CommitDecision;
  readonly store: EventStore;
}

/** Keeps a push in the repository's stream, for the audit: once, however late and under whatever id it is told again. */
export const createObservePush =
  ({ commit, store }: ObservePushDeps) =>
  async (cause: Cause, seen: PushObservation): Promise<CommitOutcome> => {
    const subject = repoSubject(seen.repo);
    const { ref, before, after, pushedAt, actor: by } = seen;
    return commit({
      cause: { ...cause, seed: derivedId('push', seen.repo, ref, before, after, pushedAt) },
      load: async () => ({ versions: new Map([[subject, (await store.load(repositories, subject))?.version ?? 0]]) }),
      decide: () => accept([{ subject, body: { type: 'PUSHED', data: { ref, before, after, by } } }]),
    });
  };

export type ObservePush = ReturnType<typeof createObservePush>;
