import type { ScaledObject } from '../../core/deploy/keda/objects.js';
import { atZero, pollObject, scaleObject, type ScaleState } from '../../core/deploy/keda/scale-object.js';
import {
  busyOf,
  settled,
  type Cue,
  type Pod,
  type RehearsalResult,
  type Stage,
  type TracePoint,
} from './rehearsal-stage.js';

/** How often Kubernetes' autoscaler looks, in seconds. */
const AUTOSCALER_S = 15;
/** Until what was offered has to have its pod: a look of KEDA's, one of the autoscaler's, and a second for each. */
const reactionS = ({ spec }: ScaledObject): number => spec.pollingInterval + AUTOSCALER_S + 2;

/** Tasks that a pod works at once: what the object takes one pod to be good for. */
const placesOf = ({ spec }: ScaledObject): number => spec.advanced.scalingModifiers?.target ?? 1;

/** The play: a first task; as many as fit; most end, one goes on past the cooldown; all end; rest; one more. */
const cuesFor = (object: ScaledObject): readonly Cue[] => {
  const { spec } = object;
  const rest = spec.cooldownPeriod + 60;
  const all = spec.maxReplicaCount * placesOf(object);
  return [
    { atSeconds: 10, offers: 1 },
    { atSeconds: 70, offers: all - 1 },
    { atSeconds: 130, finishes: all - 1 },
    { atSeconds: 160 + rest, finishes: 1 },
    { atSeconds: 190 + 2 * rest, offers: 1 },
    { atSeconds: 250 + 2 * rest, finishes: 1 },
    { atSeconds: 280 + 3 * rest },
  ];
};

interface Play {
  readonly places: number;
  readonly stage: Stage;
  readonly pods: Pod[];
  readonly findings: string[];
  /** Tasks whose pod was ended. */
  lost: number;
}

/** Makes and ends pods until there are as many as wanted; which one ends is not chosen, as on Kubernetes. */
const follow = async (play: Play, wanted: number, atSeconds: number): Promise<void> => {
  const { stage, pods, findings, places } = play;
  while (pods.length < wanted) pods.push(await stage.start({ oneTask: false, places }));
  while (pods.length > wanted) {
    const pod = pods.shift();
    if (pod !== undefined && pod.busy > 0) {
      findings.push(`at ${atSeconds} s a busy pod was ended`);
      play.lost += pod.busy;
    }
    await pod?.kill();
  }
};

const perform = async ({ stage, pods, lost }: Play, { offers = 0, finishes = 0 }: Cue): Promise<void> => {
  if (offers > 0) await stage.offer(offers);
  for (let n = 0; n < finishes; n++) pods.find(({ busy }) => busy > 0)?.finish();
  await settled(stage, pods, lost);
};

const look = async ({ stage, pods }: Play, atSeconds: number): Promise<TracePoint> => {
  const { group } = await stage.state();
  return { atSeconds, lag: group?.lag ?? 0, pending: group?.pending ?? 0, pods: pods.length, busy: busyOf(pods) };
};

/** What the trace has to show after each cue, as seconds and the number of pods. */
const judge = (object: ScaledObject, trace: readonly TracePoint[], findings: string[]): readonly string[] => {
  const cues = cuesFor(object);
  const { maxReplicaCount: all, cooldownPeriod } = object.spec;
  const places = placesOf(object);
  const at = (seconds: number): number => trace.findLast(({ atSeconds }) => atSeconds <= seconds)?.pods ?? 0;
  const cue = (index: number): number => cues[index]?.atSeconds ?? 0;
  const wanted: readonly (readonly [number, number, string])[] = [
    [cue(0) - 1, 0, 'no pod without work'],
    [cue(0) + reactionS(object), 1, '0 → 1 on the first task'],
    [cue(1) + 2 * reactionS(object), all, `${all} pods on ${all * places} tasks`],
    [cue(3) - 1, all, 'none ended while one works past the cooldown'],
    [cue(3) + cooldownPeriod + 30, 0, 'back to 0 when idle'],
    [cue(4) + reactionS(object), 1, '0 → 1 once more'],
    [cue(6), 0, 'back to 0 at the end'],
  ];
  const proven: string[] = [];
  for (const [seconds, pods, what] of wanted) {
    if (at(seconds) === pods) proven.push(what);
    else findings.push(`${what}: at ${seconds} s there are ${at(seconds)} pods instead of ${pods}`);
  }
  const short = trace.find(({ pods, busy, pending }) => pods * places < Math.max(busy, pending));
  if (short === undefined) proven.push('never fewer pods than are at work');
  else findings.push(`at ${short.atSeconds} s ${short.pods} pods, ${short.pending} tasks at work`);
  return proven;
};

/**
 * Plays a day of one agent on the stage while KEDA's and the autoscaler's arithmetic decide over the pods. Time is
 * counted, not waited for: a second of the play takes what the streams take.
 */
export const rehearseObject = async (object: ScaledObject, stage: Stage): Promise<RehearsalResult> => {
  const cues = cuesFor(object);
  const end = cues.at(-1)?.atSeconds ?? 0;
  const play: Play = { places: placesOf(object), stage, pods: [], findings: [], lost: 0 };
  const trace: TracePoint[] = [];
  let scale: ScaleState = atZero;
  for (let second = 0; second <= end; second++) {
    for (const cue of cues.filter(({ atSeconds }) => atSeconds === second)) await perform(play, cue);
    const polls = second % object.spec.pollingInterval === 0;
    const scales = second % AUTOSCALER_S === 0;
    if (!polls && !scales) continue;
    const state = await stage.state();
    if (polls) scale = pollObject(object, scale, () => state, second * 1_000);
    if (scales) scale = scaleObject(object, scale, () => state, second * 1_000);
    if (scale.replicas !== play.pods.length) {
      await follow(play, scale.replicas, second);
      await settled(stage, play.pods, play.lost);
    }
    trace.push(await look(play, second));
  }
  const proven = judge(object, trace, play.findings);
  return { trace, findings: play.findings, proven };
};
