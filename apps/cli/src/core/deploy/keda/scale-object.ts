import { autoscale, type Metric, type Recommendations } from './autoscaler.js';
import { evaluateFormula } from './formula.js';
import type { ScaledObject, StreamTrigger } from './objects.js';
import { readTrigger, targetOf, type Reading, type StreamState } from './reading.js';

/** Where KEDA and the autoscaler are with one ScaledObject. */
export interface ScaleState {
  readonly replicas: number;
  /** When it was last seen active, in milliseconds; undefined: never. */
  readonly lastActiveMs: number | undefined;
  readonly past: Recommendations;
}

export const atZero: ScaleState = { replicas: 0, lastActiveMs: undefined, past: [] };

/** State of the stream that a trigger looks at. */
export type StateOf = (trigger: StreamTrigger) => StreamState;

interface Seen {
  readonly active: boolean;
  readonly failed: boolean;
  readonly metrics: readonly Metric[];
}

const valueOf = (reading: Reading): number => ('value' in reading ? reading.value : 0);

/** What KEDA makes of its triggers: with a formula, one number that takes the place of all and of their activation. */
const look = ({ spec }: ScaledObject, stateOf: StateOf): Seen => {
  const readings = spec.triggers.map((trigger) => ({ trigger, reading: readTrigger(trigger, stateOf(trigger)) }));
  const failed = readings.some(({ reading }) => 'error' in reading);
  const modifiers = spec.advanced.scalingModifiers;
  if (modifiers === undefined) {
    return {
      failed,
      active: readings.some(
        ({ trigger, reading }) => 'value' in reading && reading.value > trigger.metadata.activationLagCount,
      ),
      metrics: readings.map(({ trigger, reading }) => ({ value: valueOf(reading), target: targetOf(trigger) })),
    };
  }
  if (failed) return { active: false, failed, metrics: [] };
  const values = Object.fromEntries(readings.map(({ trigger, reading }) => [trigger.name ?? '', valueOf(reading)]));
  const value = evaluateFormula(modifiers.formula, values);
  return {
    active: value > modifiers.activationTarget,
    failed,
    metrics: [{ value, target: modifiers.target }],
  };
};

/** KEDA's own part, every `pollingInterval`: between nothing and something. From one pod on it is the autoscaler's. */
export const pollObject = (object: ScaledObject, state: ScaleState, stateOf: StateOf, nowMs: number): ScaleState => {
  const { spec } = object;
  const { active, failed } = look(object, stateOf);
  if (active) {
    const replicas = state.replicas === 0 ? Math.max(1, spec.minReplicaCount) : state.replicas;
    return { ...state, replicas, lastActiveMs: nowMs };
  }
  // A failing trigger makes nothing and ends nothing.
  if (failed || state.replicas === 0 || spec.minReplicaCount > 0) return state;
  const cooled = state.lastActiveMs === undefined || nowMs - state.lastActiveMs > spec.cooldownPeriod * 1_000;
  return cooled ? { ...state, replicas: 0, past: [] } : state;
};

/** The autoscaler's part, every 15 s; it is switched off at zero pods and where a metric is missing. */
export const scaleObject = (object: ScaledObject, state: ScaleState, stateOf: StateOf, nowMs: number): ScaleState => {
  const { spec } = object;
  const { failed, metrics } = look(object, stateOf);
  if (state.replicas === 0 || failed) return state;
  const behavior = spec.advanced.horizontalPodAutoscalerConfig.behavior;
  const rules = {
    min: Math.max(1, spec.minReplicaCount),
    max: spec.maxReplicaCount,
    scaleUp: behavior.scaleUp,
    scaleDown: behavior.scaleDown,
  };
  const { replicas, wish } = autoscale(metrics, state.replicas, rules, state.past, nowMs);
  return { ...state, replicas, past: [...state.past, { atMs: nowMs, replicas: wish }].slice(-100) };
};
