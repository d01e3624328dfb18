import { pullSubject } from '@rig/contracts';
import type { Forge, ForgePull } from '@rig/forge';
import { derivedId, isoTime, messageOf, type Logger } from '@rig/kernel';
import type { RepositoryPolicy } from '@rig/policy';
import type { LoadWorld } from './load-world.js';
import { pullFromForge, type ObservePull } from './observe-pull.js';
import type { Mended } from './sweep.js';

export interface SweepOpenPullsDeps {
  readonly forge: Pick<Forge, 'repositories' | 'openPulls' | 'defaultBranch'>;
  readonly load: LoadWorld;
  readonly observePull: ObservePull;
  readonly logger: Logger;
  policyFor(repo: string): RepositoryPolicy;
}

/** Pull requests taken in one pass of one repository. */
const MAX_PER_PASS = 50;

/**
 * Compares the open pull requests of every repository where agents may work with the log, in case it never heard of one,
 * or of a change. Those that the log takes for open and that are not are found by the sweep of stale ones.
 */
export const createSweepOpenPulls = ({ forge, load, observePull, logger, policyFor }: SweepOpenPullsDeps) => {
  const unheardOf = async (repo: string, pull: ForgePull): Promise<boolean> => {
    const { pull: known } = await load.pull(repo, pull.number);
    return known === undefined || known.updatedAt < isoTime(Date.parse(pull.updatedAt));
  };

  const sweep = async (repo: string, signal: AbortSignal): Promise<Mended> => {
    const mended: string[] = [];
    let taken = 0;
    for (const pull of await forge.openPulls(repo)) {
      if (signal.aborted || taken >= MAX_PER_PASS) break;
      if (!(await unheardOf(repo, pull))) continue;
      taken += 1;
      const id = derivedId('pull-sweep', pullSubject(repo, pull.number), pull.updatedAt);
      const seen = pullFromForge(pull, await forge.defaultBranch(repo), 'swept', pull.author);
      const outcome = await observePull({ id, actor: { kind: 'service', id: 'conductor' } }, seen);
      if (outcome.status === 'committed' && outcome.events.length > 0) mended.push(`${repo}#${pull.number}`);
    }
    return mended;
  };

  return async (signal: AbortSignal): Promise<Mended> => {
    const mended: string[] = [];
    for (const repo of await forge.repositories()) {
      if (signal.aborted) break;
      if (policyFor(repo).dispatch === 'off') continue;
      try {
        mended.push(...(await sweep(repo, signal)));
      } catch (error) {
        logger.log('warn', 'pull requests of a repository could not be swept', { repo, error: messageOf(error) });
      }
    }
    return mended;
  };
};
