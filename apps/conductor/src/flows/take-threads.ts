import { pullSubject } from '@rig/contracts';
import type { ForgeThread } from '@rig/forge';
import { accept, derivedId } from '@rig/kernel';
import type { ThreadObservation } from '../core/github/observation.js';
import { decideThreadObservation } from '../core/pull/decide-thread-observation.js';
import { askForge } from './ask-forge.js';
import type { Cause } from './commit-decision.js';
import type { ObserveDeps } from './observe-issue.js';

const threadFromForge = (repo: string, number: number, actor: string, thread: ForgeThread): ThreadObservation => ({
  kind: 'thread',
  repo,
  number,
  action: thread.resolved ? 'resolved' : 'unresolved',
  actor,
  thread: { id: thread.id, resolved: thread.resolved, path: thread.path, by: thread.by, body: thread.body },
});

/**
 * Takes all threads of a pull request as the forge shows them now: a thread has no time of its own. False where the forge
 * cannot be asked.
 */
export const createTakeThreads =
  ({ commit, load, forge }: ObserveDeps) =>
  async (cause: Cause, repo: string, number: number, actor: string): Promise<boolean> => {
    const look = () => askForge(forge, (asking) => asking.threads(repo, number));
    const subject = pullSubject(repo, number);
    let version = (await load.pull(repo, number)).pull?.version ?? 0;
    let threads = await look();
    for (const { id } of threads ?? []) {
      const outcome = await commit({
        cause: { ...cause, id: derivedId(cause.id, id) },
        load: async () => {
          const world = await load.pull(repo, number);
          // Somebody else got on meanwhile, and may have seen more of the threads than was seen here.
          if ((world.pull?.version ?? 0) !== version) threads = await look();
          version = world.pull?.version ?? 0;
          return world;
        },
        decide: (world) => {
          const thread = threads?.find((one) => one.id === id);
          return thread === undefined
            ? accept([])
            : decideThreadObservation(world, threadFromForge(repo, number, actor, thread));
        },
      });
      const own =
        outcome.status === 'committed' ? outcome.events.findLast((event) => event.subject === subject) : undefined;
      version = own?.version ?? version;
    }
    return threads !== undefined;
  };
