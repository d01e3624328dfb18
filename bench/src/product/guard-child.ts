import { judgeCommand } from '@rig/guard';
import { percentile } from '../core/stats.js';
import { alternate } from '../harness/alternate.js';
import { answerParent } from '../harness/child.js';
import { openSafetyNet } from '../peers/safety-net.js';
import type { GuardCase } from './guard-cases.js';

export interface GuardTask {
  readonly repo: string;
  readonly home: string;
  readonly cases: readonly GuardCase[];
  readonly rounds: number;
  /** Times a tenth of the cases, cold: whether it runs, not how fast. */
  readonly quick: boolean;
}

/** Microseconds of one decision, for each round. */
export interface Latency {
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

export interface GuardAnswer extends Record<string, unknown> {
  readonly rig: Latency;
  readonly peer: Latency;
  /** Whether each case was refused, in order. */
  readonly refusedByRig: readonly boolean[];
  readonly refusedByPeer: readonly boolean[];
}

type Refuses = (cmd: string) => boolean;

/** Decisions on each case in one round: ours takes so little time that a single one says little. */
const SWEEPS = { rig: 5, peer: 1 } as const;

/** Decides each case again and again, each decision timed for itself. */
const decide = (cases: readonly GuardCase[], refuses: Refuses, sweeps: number, into: number[][]) => {
  const timed = ({ cmd }: GuardCase): number => {
    const started = process.hrtime.bigint();
    refuses(cmd);
    return Number(process.hrtime.bigint() - started) / 1_000;
  };
  return (): Promise<number> => {
    const times: number[] = [];
    for (let sweep = 0; sweep < sweeps; sweep++) for (const one of cases) times.push(timed(one));
    into.push(times);
    return Promise.resolve(percentile(times, 0.5));
  };
};

answerParent<GuardTask>(async ({ repo, home, cases, rounds, quick }): Promise<GuardAnswer> => {
  const place = { cwd: repo, workspace: repo, home };
  const rig: Refuses = (cmd) => judgeCommand({ command: cmd, ...place }).decision === 'block';
  const peer = await openSafetyNet({ cwd: repo, home });
  const times = { rig: [] as number[][], peer: [] as number[][] };
  const timed = quick ? cases.filter((_, index) => index % 10 === 0) : cases;
  await alternate(
    { rounds, quick },
    {
      rig: decide(timed, rig, SWEEPS.rig, times.rig),
      peer: decide(timed, peer, SWEEPS.peer, times.peer),
    },
  );
  const latency = (all: readonly (readonly number[])[]): Latency => {
    const counted = all.slice(-rounds);
    return { p50: counted.map((one) => percentile(one, 0.5)), p99: counted.map((one) => percentile(one, 0.99)) };
  };
  return {
    rig: latency(times.rig),
    peer: latency(times.peer),
    refusedByRig: cases.map(({ cmd }) => rig(cmd)),
    refusedByPeer: cases.map(({ cmd }) => peer(cmd)),
  };
});
