import { pullSubject } from '@rig/contracts';
import type { Forge, ForgePullView } from '@rig/forge';
import { derivedId } from '@rig/kernel';
import { pauseFor, type Pauses, type RepositoryPolicy } from '@rig/policy';
import { decideGate } from '../core/gate/decide-gate.js';
import type { World } from '../core/decision.js';
import { evaluateGate, type GateVerdict } from '../core/gate/evaluate-gate.js';
import { ciStateOf, type PullState } from '../core/pull/pull-state.js';
import type { CommitDecision } from './commit-decision.js';
import type { LoadWorld } from './load-world.js';
import type { ReadGateView } from './trust-reviewer.js';

export interface EvaluateMergeDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  readonly forge: Pick<Forge, 'updateBranch'>;
  readonly readGateView: ReadGateView;
  policyFor(repo: string): RepositoryPolicy;
  pauses(): Promise<Pauses>;
}

export type MergeEvaluation = 'not-ours' | 'too-early' | 'gone' | 'held' | 'requested' | 'unchanged';

/** Worth asking the forge about: somebody approved the head, and nothing known stands against it. */
export const worthAsking = (pull: PullState): boolean =>
  pull.status === 'open' &&
  !pull.draft &&
  pull.merging === null &&
  ciStateOf(pull, pull.headSha) !== 'failed' &&
  Object.values(pull.reviews).some((review) => review.state === 'approved' && review.headSha === pull.headSha);

const behindOnly = (view: ForgePullView, held: readonly string[]): boolean =>
  held.length === 1 && held[0] === 'mergeable' && view.pull.mergeable === true && view.strict && view.behindBy > 0;

const heldChecks = ({ checks }: GateVerdict): readonly string[] =>
  checks.filter((check) => check.outcome === 'hold').map((check) => check.check);

/** Reads everything the gate asks about from the forge, just now, and commits the gate's answer. */
export const createEvaluateMerge =
  ({ commit, load, forge, readGateView, policyFor, pauses }: EvaluateMergeDeps) =>
  async (repo: string, number: number): Promise<MergeEvaluation> => {
    const { pull: known } = await load.pull(repo, number);
    if (known === undefined || known.agent === null) return 'not-ours';
    if (!worthAsking(known)) return 'too-early';
    const view = await readGateView(repo, number);
    if (view === undefined) return 'gone';
    const policy = policyFor(repo);
    const pause = pauseFor(await pauses(), repo);
    const judge = (world: World) =>
      evaluateGate({ view, pull: world.pull ?? known, issue: world.issue, policy, pause });
    const outcome = await commit({
      cause: {
        id: derivedId('gate', pullSubject(repo, number), known.version, view.pull.headSha),
        actor: { kind: 'service', id: 'conductor' },
      },
      load: () => load.pull(repo, number),
      decide: (world) => decideGate(world, view.pull.headSha, judge(world)),
    });
    const held = heldChecks(judge(await load.pull(repo, number)));
    // Whether or not the hold is news: an update that failed is asked for again.
    if (behindOnly(view, held)) await forge.updateBranch(repo, number, view.pull.headSha);
    if (outcome.status !== 'committed' || outcome.events.length === 0) return 'unchanged';
    return outcome.events.some((event) => event.type === 'MERGE_GATE_HELD') ? 'held' : 'requested';
  };

export type EvaluateMerge = ReturnType<typeof createEvaluateMerge>;
