import { repoSubject } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { accept } from '@rig/kernel';
import type { PushObservation } from '../core/github/observation.js';
import type { Cause, CommitDecision, CommitOutcome } from './commit-decision.js';
import { repositories } from './projections.js';

export interface ObservePushDeps {
  readonly commit: CommitDecision;
  readonly store: EventStore;
}

/** Keeps a push in the repository's stream, for the audit. */
export const createObservePush =
  ({ commit, store }: ObservePushDeps) =>
  async (cause: Cause, seen: PushObservation): Promise<CommitOutcome> => {
    const subject = repoSubject(seen.repo);
    const { ref, before, after, actor: by } = seen;
    return commit({
      cause,
      load: async () => ({ versions: new Map([[subject, (await store.load(repositories, subject))?.version ?? 0]]) }),
      decide: () => accept([{ subject, body: { type: 'PUSHED', data: { ref, before, after, by } } }]),
    });
  };

export type ObservePush = ReturnType<typeof createObservePush>;
