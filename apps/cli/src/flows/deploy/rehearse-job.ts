import type { ScaledJob } from '../../core/deploy/keda/objects.js';
import { newJobs } from '../../core/deploy/keda/scale-job.js';
import {
  busyOf,
  settled,
  type Cue,
  type Pod,
  type RehearsalResult,
  type Stage,
  type TracePoint,
} from './rehearsal-stage.js';

/** Looks of KEDA's from a job's creation to its pod running: creating, scheduling and pulling take their time. */
const STARTING_POLLS = 2;

interface Job {
  readonly madeAt: number;
  pod: Pod | undefined;
}

/** The play, in looks of KEDA's: one task; as many as fit beside it; more than fit; then all end. */
const cuesFor = ({ spec }: ScaledJob): readonly Cue[] => [
  { atSeconds: 2, offers: 1 },
  { atSeconds: 10, offers: spec.maxReplicaCount - 1 },
  { atSeconds: 20, offers: 1 },
  { atSeconds: 30, finishes: 1 },
  { atSeconds: 40, finishes: spec.maxReplicaCount },
  { atSeconds: 50, finishes: spec.maxReplicaCount },
  { atSeconds: 60 },
];

const alive = (jobs: readonly Job[]): readonly Job[] => jobs.filter(({ pod }) => pod?.ended !== true);
const podsOf = (jobs: readonly Job[]): readonly Pod[] => jobs.flatMap(({ pod }) => pod ?? []);

/** Pods begin to run some looks after their jobs were made. */
const startDue = async (stage: Stage, jobs: readonly Job[], poll: number): Promise<void> => {
  for (const job of jobs) {
    if (job.pod === undefined && poll - job.madeAt >= STARTING_POLLS)
      job.pod = await stage.start({ oneTask: true, places: 1 });
  }
};

const perform = async (stage: Stage, jobs: readonly Job[], { offers = 0, finishes = 0 }: Cue): Promise<void> => {
  if (offers > 0) await stage.offer(offers);
  const busy = podsOf(jobs).filter((pod) => pod.busy > 0);
  for (const pod of busy.slice(0, finishes)) pod.finish();
  const ending = busy.slice(0, finishes);
  await stage.until('finished pods have ended', async () => ending.every(({ ended }) => ended));
};

/** At the end of each cue's time: how many jobs live, and what that shows. */
const judge = (object: ScaledJob, trace: readonly TracePoint[], made: number, findings: string[]): string[] => {
  const max = object.spec.maxReplicaCount;
  const at = (poll: number): TracePoint | undefined => trace.find(({ atSeconds }) => atSeconds === poll);
  const wanted: readonly (readonly [number, number, string])[] = [
    [1, 0, 'no job without work'],
    [9, 1, '0 → 1 on the first task'],
    [19, max, `${max} jobs on ${max} tasks`],
    [29, max, 'never more than the slots, a task waits'],
    [39, max, 'the waiting task gets the place that became free'],
    [60, 0, 'back to 0 when idle'],
  ];
  const proven: string[] = [];
  for (const [poll, jobs, what] of wanted) {
    if (at(poll)?.pods === jobs) proven.push(what);
    else findings.push(`${what}: at look ${poll} there are ${at(poll)?.pods ?? 0} jobs instead of ${jobs}`);
  }
  const tasks = max + 1;
  if (made === tasks) proven.push('one job for each task, none made twice while it starts');
  else findings.push(`${made} jobs were made for ${tasks} tasks`);
  return proven;
};

/** Plays work of one agent on the stage while KEDA's arithmetic makes its jobs. A job ends by itself only. */
export const rehearseJob = async (object: ScaledJob, stage: Stage): Promise<RehearsalResult> => {
  const cues = cuesFor(object);
  const end = cues.at(-1)?.atSeconds ?? 0;
  const jobs: Job[] = [];
  const trace: TracePoint[] = [];
  const findings: string[] = [];
  for (let poll = 0; poll <= end; poll++) {
    for (const cue of cues.filter(({ atSeconds }) => atSeconds === poll)) await perform(stage, jobs, cue);
    await startDue(stage, alive(jobs), poll);
    await settled(stage, podsOf(jobs));
    const state = await stage.state();
    const living = alive(jobs);
    const counts = { running: living.length, pending: living.filter(({ pod }) => pod === undefined).length };
    const more = newJobs(object, counts, () => state);
    jobs.push(...Array.from({ length: more }, (): Job => ({ madeAt: poll, pod: undefined })));
    const busy = busyOf(podsOf(jobs));
    const { lag, pending } = { lag: state.group?.lag ?? 0, pending: state.group?.pending ?? 0 };
    trace.push({ atSeconds: poll, lag, pending, pods: alive(jobs).length, busy });
  }
  return { trace, findings, proven: judge(object, trace, jobs.length, findings) };
};
