import type { ScalingRules } from './objects.js';

/** One metric as KEDA hands it to Kubernetes' autoscaler: how much there is, how much one pod is good for. */
export interface Metric {
  readonly value: number;
  readonly target: number;
}

export interface AutoscalerRules {
  readonly min: number;
  readonly max: number;
  readonly scaleUp: ScalingRules | undefined;
  readonly scaleDown: ScalingRules | undefined;
}

/** Recommendations of earlier looks, oldest first. */
export type Recommendations = readonly { readonly atMs: number; readonly replicas: number }[];

/** The share by which a ratio may differ from 1 before anything is done. */
const TOLERANCE = 0.1;
/** Kubernetes' defaults. */
const DEFAULT_DOWN_WINDOW_S = 300;
const DEFAULT_UP = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
] as const;

/** What one metric of type AverageValue asks for. */
export const proposal = ({ value, target }: Metric, replicas: number): number => {
  const ratio = value / (target * replicas);
  // As Kubernetes compares since 1.33; versions before scale at exactly a tenth, by the last bit of the quotient.
  const within = 1 - TOLERANCE <= ratio && ratio <= 1 + TOLERANCE;
  return within ? replicas : Math.ceil(value / target);
};

const upperLimit = (replicas: number, rules: ScalingRules | undefined): number => {
  const limits = (rules?.policies ?? DEFAULT_UP).map(({ type, value }) =>
    type === 'Pods' ? replicas + value : Math.ceil(replicas * (1 + value / 100)),
  );
  return rules?.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
};

const within = (past: Recommendations, nowMs: number, windowS: number): readonly number[] =>
  past.filter(({ atMs }) => nowMs - atMs < windowS * 1_000).map(({ replicas }) => replicas);

/**
 * One look of the autoscaler. Several metrics: the largest proposal wins. The windows take the smallest recent wish
 * upwards and the largest downwards; policies bound a step up; down is not bounded, unless forbidden.
 */
export const autoscale = (
  metrics: readonly Metric[],
  replicas: number,
  rules: AutoscalerRules,
  past: Recommendations,
  nowMs: number,
): { readonly replicas: number; readonly wish: number } => {
  const wish = Math.max(...metrics.map((metric) => proposal(metric, replicas)));
  const up = Math.min(wish, ...within(past, nowMs, rules.scaleUp?.stabilizationWindowSeconds ?? 0));
  const down = Math.max(
    wish,
    ...within(past, nowMs, rules.scaleDown?.stabilizationWindowSeconds ?? DEFAULT_DOWN_WINDOW_S),
  );
  const settled = up > replicas ? up : Math.min(down, replicas);
  const stepped =
    settled > replicas
      ? rules.scaleUp?.selectPolicy === 'Disabled'
        ? replicas
        : Math.min(settled, upperLimit(replicas, rules.scaleUp))
      : rules.scaleDown?.selectPolicy === 'Disabled'
        ? replicas
        : settled;
  return { replicas: Math.min(rules.max, Math.max(rules.min, stepped)), wish };
};
