import type { ScaledJob } from './objects.js';
import { readTrigger, targetOf } from './reading.js';
import type { StateOf } from './scale-object.js';

/** Jobs of one ScaledJob that have not ended. */
export interface Jobs {
  /** All of them. */
  readonly running: number;
  /** Those among them whose pod has not begun to run. */
  readonly pending: number;
}

type Strategy = ScaledJob['spec']['scalingStrategy']['strategy'];

const room: Readonly<Record<Strategy, (wanted: number, jobs: Jobs, max: number) => number>> = {
  default: (wanted, { running }) => wanted - running,
  accurate: (wanted, { running, pending }, max) =>
    wanted + running - pending > max ? max - running : wanted - pending,
  eager: (wanted, { running, pending }, max) => Math.min(max - running - pending, wanted),
};

/** How many jobs KEDA creates at one look. Nothing is ever ended: a job ends by itself. */
export const newJobs = ({ spec }: ScaledJob, jobs: Jobs, stateOf: StateOf): number => {
  const readings = spec.triggers.map((trigger) => {
    const reading = readTrigger(trigger, stateOf(trigger));
    const value = 'value' in reading ? reading.value : 0;
    return { value, target: targetOf(trigger), active: value > trigger.metadata.activationLagCount };
  });
  if (!readings.some(({ active }) => active)) return 0;
  const queue = Math.max(...readings.map(({ value }) => value));
  const wanted = Math.max(
    ...readings.map(({ value, target }) => Math.min(spec.maxReplicaCount, Math.ceil(value / target))),
  );
  const strategy = spec.scalingStrategy.strategy;
  const scaleTo = strategy === 'eager' ? spec.maxReplicaCount : queue;
  return Math.max(0, Math.min(scaleTo, room[strategy](wanted, jobs, spec.maxReplicaCount)));
};
