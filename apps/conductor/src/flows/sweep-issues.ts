import type { Forge, ForgeIssue } from '@rig/forge';
import { derivedId, isoTime, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { RepositoryPolicy } from '@rig/policy';
import type { LoadWorld } from './load-world.js';
import { withForgeIssue, type ObserveIssue } from './observe-issue.js';
import type { SweepOutcome } from './sweep-outcome.js';

export interface SweepIssuesDeps {
  readonly forge: Pick<Forge, 'repositories' | 'openIssues' | 'labelledBy'>;
  readonly load: LoadWorld;
  readonly observeIssue: ObserveIssue;
  readonly clock: Clock;
  readonly logger: Logger;
  policyFor(repo: string): RepositoryPolicy;
}

/** Passes overlap by so much, in milliseconds, so that nothing falls between two. */
const OVERLAP_MS = 5 * 60_000;
/** Issues looked at in one pass of one repository. */
const MAX_PER_PASS = 200;

/** Compares the open issues of every repository where agents may work with the log, in case a delivery never came. */
export const createSweepIssues = (deps: SweepIssuesDeps) => {
  const { forge, load, observeIssue, clock, logger, policyFor } = deps;
  const lookedAt = new Map<string, number>();

  const look = async (repo: string, issue: ForgeIssue): Promise<boolean> => {
    const { readyLabel } = policyFor(repo);
    const { issue: known } = await load.issue(repo, issue.number);
    const updatedAt = isoTime(Date.parse(issue.updatedAt));
    const missesApproval = issue.labels.includes(readyLabel) && known?.approved !== true;
    if (known !== undefined && known.updatedAt >= updatedAt && known.open && !missesApproval) return false;
    const labelledBy = missesApproval ? await forge.labelledBy(repo, issue.number, readyLabel) : undefined;
    const about = { kind: 'issue' as const, repo, number: issue.number, actor: labelledBy ?? issue.author };
    const seen = withForgeIssue(
      { ...about, action: labelledBy === undefined ? 'swept' : 'labeled', label: readyLabel },
      issue,
    );
    const id = derivedId('issue-sweep', repo, issue.number, known?.version ?? 0, updatedAt);
    const outcome = await observeIssue({ id, actor: { kind: 'service', id: 'conductor' } }, seen);
    return outcome.status === 'committed' && outcome.events.length > 0;
  };

  const sweep = async (repo: string, signal: AbortSignal): Promise<boolean> => {
    const begun = clock.now();
    const last = lookedAt.get(repo);
    const since = last === undefined ? undefined : isoTime(last - OVERLAP_MS);
    let mended = false;
    const open = await forge.openIssues(repo, since);
    const looked = open.slice(0, MAX_PER_PASS);
    for (const issue of looked) {
      if (signal.aborted) return mended;
      mended = (await look(repo, issue)) || mended;
    }
    // The longest untouched come first: the next pass goes on where this one ended.
    const lastSeen = looked.at(-1);
    const reached = open.length > looked.length && lastSeen !== undefined ? Date.parse(lastSeen.updatedAt) : begun;
    lookedAt.set(repo, reached);
    return mended;
  };

  return async (signal: AbortSignal): Promise<SweepOutcome> => {
    let mended = false;
    for (const repo of await forge.repositories()) {
      if (signal.aborted) break;
      if (policyFor(repo).dispatch === 'off') continue;
      try {
        mended = (await sweep(repo, signal)) || mended;
      } catch (error) {
        // One repository that cannot be read must not keep the others from being looked at.
        logger.log('warn', 'a repository could not be swept', { repo, error: messageOf(error) });
      }
    }
    return mended ? 'mended' : 'idle';
  };
};
