import type { Measured } from '../core/figure.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { stageGuardCases, type GuardCase, type GuardStage } from '../product/guard-cases.js';
import type { GuardAnswer } from '../product/guard-child.js';
import { measureHooks } from '../product/hook-starts.js';

const PEER = 'cc-safety-net';
const NOTHING_KEPT = 'none: a decision keeps nothing';

const SPEED =
  'One decision for each command of both corpora, each timed for itself, in one process that is warm; the peer by its ' +
  'library call checkCommand, with the settings it comes with.';
const HITS =
  'The commands of our own corpora, judged in a repository and a home that are there; the peer as it comes. Its rules ' +
  'about reading secrets are a policy of its own and not counted as false blocks. These are our cases: of commands ' +
  'nobody has seen, docs/guard.md tells.';
const CLASSES =
  'Of these, what the peer says it guards: deleting, formatting, devices and git; and harmless commands about them.';

const engine = async (stage: GuardStage, { rounds, quick }: BenchContext) => {
  const { repo, home, cases } = stage;
  return inChild<GuardAnswer>('product/guard-child.js', { repo, home, cases, rounds, quick });
};

const speed = ({ rig, peer }: GuardAnswer): readonly Measured[] => {
  const common = { unit: 'µs', how: SPEED, durability: NOTHING_KEPT };
  return [
    {
      ...common,
      name: 'a decision, p50',
      values: rig.p50,
      versus: { name: PEER, values: peer.p50 },
      aim: { is: '≤', bound: 20, of: 'value' },
    },
    {
      ...common,
      name: 'a decision, p99',
      values: rig.p99,
      versus: { name: PEER, values: peer.p99 },
      aim: { is: '≤', bound: 300, of: 'value' },
    },
  ];
};

const share = (cases: readonly GuardCase[], refused: readonly boolean[], which: (one: GuardCase) => boolean) => {
  const chosen = refused.filter((_, index) => which(cases[index] ?? { cmd: '', destructive: false, common: false }));
  return [(chosen.filter(Boolean).length / chosen.length) * 100];
};

const hits = (cases: readonly GuardCase[], answer: GuardAnswer): readonly Measured[] => {
  const row = (name: string, how: string, which: (one: GuardCase) => boolean, best: 0 | 100): Measured => ({
    name: `${name} (${cases.filter(which).length} commands)`,
    unit: '%',
    values: share(cases, answer.refusedByRig, which),
    versus: { name: PEER, values: share(cases, answer.refusedByPeer, which) },
    aim: { is: best === 100 ? '≥' : '≤', bound: best, of: 'value' },
    how,
    durability: NOTHING_KEPT,
  });
  const [all, its] = [HITS, `${HITS} ${CLASSES}`];
  return [
    row('destructive, refused', all, ({ destructive }) => destructive, 100),
    row('harmless, refused', all, ({ destructive }) => !destructive, 0),
    row('destructive files and git, refused', its, ({ destructive, common }) => destructive && common, 100),
    row('harmless files and git, refused', its, ({ destructive, common }) => !destructive && common, 0),
  ];
};

export const guard: Bench = {
  name: 'guard',
  about: 'Time of a decision, hits and false blocks, and the cold start of the hook, beside cc-safety-net.',
  run: async (context) => {
    const stage = stageGuardCases();
    try {
      const answer = await engine(stage, context);
      return [...speed(answer), ...hits(stage.cases, answer), ...(await measureHooks(stage, context))];
    } finally {
      stage.remove();
    }
  },
};
