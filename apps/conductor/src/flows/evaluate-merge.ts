import { pullSubject } from '@rig/contracts';
import type { Forge, ForgePullView } from '@rig/forge';
import { derivedId } from '@rig/kernel';
import { pauseFor, type Pauses, type RepositoryPolicy } from '@rig/policy';
import { decideGate } from '../core/gate/decide-gate.js';
import { evaluateGate } from '../core/gate/evaluate-gate.js';
import { ciStateOf, type PullState } from '../core/pull/pull-state.js';
import type { CommitDecision } from './commit-decision.js';
import type { LoadWorld } from './load-world.js';

export interface EvaluateMergeDeps {
  readonly commit: CommitDecision;
  readonly load: LoadWorld;
  readonly forge: Forge;
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

/** Reads everything the gate asks about from the forge, just now, and commits the gate's answer. */
export const createEvaluateMerge =
  ({ commit, load, forge, policyFor, pauses }: EvaluateMergeDeps) =>
  async (repo: string, number: number): Promise<MergeEvaluation> => {
    const { pull: known } = await load.pull(repo, number);
    if (known === undefined || known.agent === null) return 'not-ours';
    if (!worthAsking(known)) return 'too-early';
    const view = await forge.pullView(repo, number);
    if (view === undefined) return 'gone';
    const policy = policyFor(repo);
    const pause = pauseFor(await pauses(), repo);
    const outcome = await commit({
      cause: {
        id: derivedId('gate', pullSubject(repo, number), known.version, view.pull.headSha),
        actor: { kind: 'service', id: 'conductor' },
      },
      load: () => load.pull(repo, number),
      decide: (world) => {
        const pull = world.pull ?? known;
        return decideGate(world, view.pull.headSha, evaluateGate({ view, pull, issue: world.issue, policy, pause }));
      },
    });
    if (outcome.status !== 'committed' || outcome.events.length === 0) return 'unchanged';
    const held = outcome.events.find((event) => event.type === 'MERGE_GATE_HELD');
    if (held === undefined) return 'requested';
    const open = held.data.checks.filter((check) => check.outcome === 'hold').map((check) => check.check);
    if (behindOnly(view, open)) await forge.updateBranch(repo, number, view.pull.headSha);
    return 'held';
  };

export type EvaluateMerge = ReturnType<typeof createEvaluateMerge>;
