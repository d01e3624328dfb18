import { pullSubject } from '@rig/contracts';
import type { ForgeCheck, ForgePull } from '@rig/forge';
import { derivedId, isoTime } from '@rig/kernel';
import type { CheckObservation, PullObservation } from '../core/github/observation.js';
import { decidePullObservation } from '../core/pull/decide-pull-observation.js';
import { decideCheckObservation } from '../core/pull/decide-check-observation.js';
import { closedIssueOf } from '../core/pull/links.js';
import { checksOf, type PullState } from '../core/pull/pull-state.js';
import { askForge } from './ask-forge.js';
import type { Cause, CommitOutcome } from './commit-decision.js';
import type { ObserveDeps } from './observe-issue.js';

/** A pull request as the forge shows it now, in the form of an observation. */
export const pullFromForge = (
  pull: ForgePull,
  defaultBranch: string,
  action: string,
  actor: string,
): PullObservation => ({
  kind: 'pull',
  repo: pull.repo,
  number: pull.number,
  action,
  actor,
  pull: {
    title: pull.title,
    body: pull.body,
    labels: pull.labels,
    author: pull.author,
    state: pull.state,
    merged: pull.merged,
    mergeCommit: pull.merged ? pull.mergeCommit : null,
    draft: pull.draft,
    headRef: pull.headRef,
    headSha: pull.headSha,
    fromFork: pull.headRepo !== undefined && pull.headRepo !== pull.repo,
    baseRef: pull.baseRef,
    defaultBranch,
    createdAt: isoTime(Date.parse(pull.createdAt)),
    updatedAt: isoTime(Date.parse(pull.updatedAt)),
  },
});

const checkFromForge = (repo: string, pull: number, headSha: string, check: ForgeCheck): CheckObservation => ({
  kind: 'check',
  repo,
  headSha,
  pulls: [pull],
  check: {
    name: check.name,
    runId: check.runId,
    state: check.state,
    conclusion: check.conclusion,
    summary: check.summary,
  },
});

/** Checks that were reported before the log knew the head would be missed for ever, so they are read once. */
const createCatchUpChecks =
  ({ commit, load, forge, policyFor }: ObserveDeps) =>
  async (cause: Cause, seen: PullObservation): Promise<void> => {
    const { headSha } = seen.pull;
    const checks = (await askForge(forge, (asking) => asking.checks(seen.repo, headSha))) ?? [];
    for (const check of checks) {
      await commit({
        cause: { ...cause, id: derivedId(cause.id, headSha, check.name, check.runId, check.state) },
        load: () => load.pull(seen.repo, seen.number),
        decide: (world) =>
          decideCheckObservation(
            world,
            seen.number,
            checkFromForge(seen.repo, seen.number, headSha, check),
            policyFor(seen.repo).ciRounds,
          ),
      });
    }
  };

/** Takes a snapshot of a pull request, and the checks of a head that is new to the log. */
export const createObservePull = (deps: ObserveDeps) => {
  const { commit, load, forge } = deps;
  const freshest = async (
    seen: PullObservation,
    state: PullState | undefined,
  ): Promise<{ seen: PullObservation; current: boolean }> => {
    if (state === undefined || seen.pull.updatedAt > state.updatedAt) return { seen, current: false };
    const pull = await askForge(forge, (asking) => asking.pull(seen.repo, seen.number));
    if (pull === undefined) return { seen, current: false };
    const fresh = pullFromForge(pull, seen.pull.defaultBranch, seen.action, seen.actor);
    return { seen: { ...fresh, pull: { ...fresh.pull, fromFork: seen.pull.fromFork } }, current: true };
  };

  const catchUpChecks = createCatchUpChecks(deps);

  return async (cause: Cause, observation: PullObservation): Promise<CommitOutcome> => {
    const { repo, number } = observation;
    const subject = pullSubject(repo, number);
    let latest = observation;
    const outcome = await commit({
      cause,
      load: async () => {
        const { pull: known } = await load.pull(repo, number);
        const { seen, current } = await freshest(observation, known);
        latest = seen;
        // Which issue it is for is known only now; the decision stands and falls with the version before the look.
        const world = await load.pull(repo, number, {
          headRef: seen.pull.headRef,
          closes: closedIssueOf(seen.pull.body),
        });
        const versions = new Map(world.versions).set(subject, known?.version ?? 0);
        return { ...world, versions, seen, current };
      },
      decide: ({ seen, current, ...world }) => decidePullObservation(world, seen, { current }),
    });
    // Asked of the state, not of this run's outcome: a run that was cut off behind its commit is made up for.
    const { pull } = await load.pull(repo, number);
    const unchecked = pull?.status === 'open' && Object.keys(checksOf(pull, pull.headSha)).length === 0;
    if (unchecked && pull.headSha === latest.pull.headSha) await catchUpChecks(cause, latest);
    return outcome;
  };
};

export type ObservePull = ReturnType<typeof createObservePull>;
