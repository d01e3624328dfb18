import type { Forge, ForgeIssue } from '@rig/forge';
import { derivedId, isoTime, messageOf, type Clock, type Logger } from '@rig/kernel';
import type { RepositoryPolicy } from '@rig/policy';
import type { LoadWorld } from './load-world.js';
import { withForgeIssue, type ObserveIssue } from './observe-issue.js';
import type { Mended } from './sweep.js';

export interface SweepIssuesDeps {
  readonly forge: Pick<Forge, 'repositories' | 'listIssues' | 'issue' | 'labelledBy'>;
  readonly load: LoadWorld;
  readonly observeIssue: ObserveIssue;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers of the issues of a repository that the log takes for open. */
  openIssues(repo: string): Promise<readonly number[]>;
  policyFor(repo: string): RepositoryPolicy;
}

/** Passes overlap by so much, in milliseconds, so that nothing falls between two. */
const OVERLAP_MS = 5 * 60_000;
/** Issues looked at in one pass of one repository. */
const MAX_PER_PASS = 200;

/** One issue as the forge shows it, compared with the log. True when something had been missed. */
const createLook =
  ({ forge, load, observeIssue, policyFor }: SweepIssuesDeps) =>
  async (repo: string, issue: ForgeIssue): Promise<boolean> => {
    const { readyLabel } = policyFor(repo);
    const { issue: known } = await load.issue(repo, issue.number);
    const updatedAt = isoTime(Date.parse(issue.updatedAt));
    const open = issue.state === 'open';
    // What was closed before anybody heard of it is nobody's business.
    if (!open && known?.open !== true) return false;
    const missesApproval = open && issue.labels.includes(readyLabel) && known?.approved !== true;
    if (known !== undefined && known.updatedAt >= updatedAt && known.open === open && !missesApproval) return false;
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

/**
 * Compares the issues of every repository where agents may work with the log, in case a delivery never came: at first all
 * that are open there or here, then what was touched since the pass before.
 */
export const createSweepIssues = (deps: SweepIssuesDeps) => {
  const { forge, openIssues, clock, logger, policyFor } = deps;
  const lookedAt = new Map<string, number>();
  const look = createLook(deps);

  /** Open in the log, and not among the open ones of the forge: closed, or gone. */
  const closedMeanwhile = async (repo: string, open: readonly ForgeIssue[]): Promise<readonly ForgeIssue[]> => {
    const there = new Set(open.map(({ number }) => number));
    const numbers = (await openIssues(repo)).filter((number) => !there.has(number)).slice(0, MAX_PER_PASS);
    const found: ForgeIssue[] = [];
    for (const number of numbers) {
      const issue = await forge.issue(repo, number);
      if (issue !== undefined) found.push(issue);
    }
    return found;
  };

  const sweep = async (repo: string, signal: AbortSignal): Promise<Mended> => {
    const begun = clock.now();
    const last = lookedAt.get(repo);
    const listed = await forge.listIssues(repo, last === undefined ? undefined : isoTime(last - OVERLAP_MS));
    const looked = listed.slice(0, MAX_PER_PASS);
    const closed = last === undefined ? await closedMeanwhile(repo, listed) : [];
    const mended: string[] = [];
    for (const issue of [...looked, ...closed]) {
      if (signal.aborted) return mended;
      if (await look(repo, issue)) mended.push(`${repo}#${issue.number}`);
    }
    // The longest untouched come first: the next pass goes on where this one ended.
    const lastSeen = looked.at(-1);
    const reached = listed.length > looked.length && lastSeen !== undefined ? Date.parse(lastSeen.updatedAt) : begun;
    lookedAt.set(repo, reached);
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
        // One repository that cannot be read must not keep the others from being looked at.
        logger.log('warn', 'a repository could not be swept', { repo, error: messageOf(error) });
      }
    }
    return mended;
  };
};
