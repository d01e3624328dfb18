import { pullSubject } from '@rig/contracts';
import type { Forge } from '@rig/forge';
import { accept, derivedId, faultPoint, RigError } from '@rig/kernel';
import { pauseFor, type Pauses, type RepositoryPolicy } from '@rig/policy';
import type { Proposed } from '../core/decision.js';
import { evaluateGate } from '../core/gate/evaluate-gate.js';
import type { GateInput } from '../core/gate/gate-view.js';
import { blockIssue } from '../core/issue/block-issue.js';
import { MAX_MERGE_FAILURES } from '../core/pull/pull-state.js';
import type { CommitDecision } from './commit-decision.js';
import type { LoadWorld } from './load-world.js';
import { pullFromForge, type ObservePull } from './observe-pull.js';
import type { ReadGateView } from './trust-reviewer.js';

export interface PerformMergeDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  readonly forge: Forge;
  readonly observePull: ObservePull;
  readonly readGateView: ReadGateView;
  policyFor(repo: string): RepositoryPolicy;
  pauses(): Promise<Pauses>;
}

export interface MergeJob {
  /** Id of the MERGE_REQUESTED event. */
  readonly eventId: string;
  readonly repo: string;
  readonly number: number;
  readonly headSha: string;
  readonly title: string;
}

/** Puts a merge that did not come about on the record; after the last one that may fail, the issue is a person's. */
const createRecordFailure =
  ({ commit, load }: PerformMergeDeps) =>
  async (job: MergeJob, code: string, message: string): Promise<'failed'> => {
    await commit({
      cause: {
        id: derivedId(job.eventId, 'failed'),
        actor: { kind: 'service', id: 'conductor' },
        correlationId: job.eventId,
      },
      load: () => load.pull(job.repo, job.number),
      decide: (world) => {
        if (world.pull?.merging !== job.headSha) return accept([]);
        const data = { headSha: job.headSha, code, message: message.slice(0, 1_024) };
        const failure: Proposed = { subject: pullSubject(job.repo, job.number), body: { type: 'MERGE_FAILED', data } };
        const last = world.pull.mergeFailures + 1 >= MAX_MERGE_FAILURES;
        return accept(last ? [failure, ...blockIssue(world, 'MERGE_REFUSED', message)] : [failure]);
      },
    });
    return 'failed';
  };

/** Why the gate does not let this merge through any more; undefined when it still does. */
const heldBack = (input: GateInput): string | undefined => {
  const { view, pull } = input;
  const verdict = evaluateGate(input);
  if (verdict.passed) return undefined;
  if (view.pull.mergeable === null) {
    throw new RigError({
      code: 'MERGEABILITY_UNKNOWN',
      kind: 'retryable',
      message: `the forge is still working out whether ${pull.repo}#${pull.number} merges`,
    });
  }
  const first = verdict.checks.find((check) => check.outcome === 'hold');
  return first === undefined ? 'the gate holds' : `${first.check}: ${first.reason}`;
};

/**
 * Merges a head that passed the gate. The gate is evaluated once more on a fresh read, and the merge names the commit,
 * so that a head which moved meanwhile is refused by the forge. Running it twice merges once.
 */
export const createPerformMerge = (deps: PerformMergeDeps) => {
  const { load, forge, observePull, policyFor, pauses, readGateView } = deps;
  const failed = createRecordFailure(deps);

  /** Takes the merged pull request from the forge at once; the webhook that follows changes nothing more. */
  const observe = async (job: MergeJob): Promise<void> => {
    const pull = await forge.pull(job.repo, job.number);
    if (pull === undefined) return;
    const defaultBranch = await forge.defaultBranch(job.repo);
    const seen = pullFromForge(pull, defaultBranch, 'closed', pull.mergedBy ?? 'forge');
    const actor = { kind: 'service' as const, id: 'conductor' };
    await observePull({ id: derivedId(job.eventId, 'merged'), correlationId: job.eventId, actor }, seen);
  };

  return async (job: MergeJob): Promise<'merged' | 'failed' | 'superseded'> => {
    const { pull, issue } = await load.pull(job.repo, job.number);
    if (pull === undefined || pull.merging !== job.headSha) return 'superseded';
    const view = await readGateView(job.repo, job.number);
    if (view === undefined) return failed(job, 'PULL_GONE', 'the forge no longer has the pull request');
    if (view.pull.merged) {
      await observe(job);
      return 'merged';
    }
    if (view.pull.headSha !== job.headSha) return failed(job, 'HEAD_MOVED', `the head is ${view.pull.headSha} now`);
    const pause = pauseFor(await pauses(), job.repo);
    const held = heldBack({ view, pull, issue, policy: policyFor(job.repo), pause });
    if (held !== undefined) return failed(job, 'GATE_CHANGED', held);
    faultPoint('merge.before-call');
    const outcome = await forge.mergeSquash(job.repo, job.number, job.headSha, job.title, '');
    faultPoint('merge.after-call');
    // Refused because somebody was faster is not a refusal.
    const already = outcome.status === 'refused' && (await forge.pull(job.repo, job.number))?.merged === true;
    if (outcome.status === 'refused' && !already) return failed(job, outcome.code, outcome.message);
    await observe(job);
    return 'merged';
  };
};
