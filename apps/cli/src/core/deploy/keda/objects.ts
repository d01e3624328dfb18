import { z } from 'zod';

/** What the simulator reads of KEDA's objects; their whole shape is checked against the CRDs elsewhere. */
const NumberText = z.union([z.string().regex(/^-?[0-9]+(\.[0-9]+)?$/), z.number()]).transform(Number);

const StreamTrigger = z.looseObject({
  type: z.literal('redis-streams'),
  name: z.string().optional(),
  metricType: z.enum(['AverageValue', 'Value']).default('AverageValue'),
  metadata: z.looseObject({
    stream: z.string(),
    consumerGroup: z.string().optional(),
    lagCount: NumberText.optional(),
    pendingEntriesCount: NumberText.default(5),
    streamLength: NumberText.default(5),
    activationLagCount: NumberText.default(0),
  }),
});
export type StreamTrigger = z.infer<typeof StreamTrigger>;

const Policy = z.looseObject({ type: z.enum(['Pods', 'Percent']), value: z.number(), periodSeconds: z.number() });
const ScalingRules = z.looseObject({
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).default('Max'),
  stabilizationWindowSeconds: z.number().optional(),
  policies: z.array(Policy).optional(),
});
export type ScalingRules = z.infer<typeof ScalingRules>;

export const ScaledObject = z.looseObject({
  kind: z.literal('ScaledObject'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    minReplicaCount: z.number().default(0),
    maxReplicaCount: z.number().default(100),
    pollingInterval: z.number().default(30),
    cooldownPeriod: z.number().default(300),
    advanced: z
      .looseObject({
        scalingModifiers: z
          .looseObject({ formula: z.string(), target: NumberText, activationTarget: NumberText.default(0) })
          .optional(),
        horizontalPodAutoscalerConfig: z
          .looseObject({
            behavior: z
              .looseObject({ scaleDown: ScalingRules.optional(), scaleUp: ScalingRules.optional() })
              .default({}),
          })
          .default({ behavior: {} }),
      })
      .default({ horizontalPodAutoscalerConfig: { behavior: {} } }),
    triggers: z.array(StreamTrigger).min(1),
  }),
});
export type ScaledObject = z.infer<typeof ScaledObject>;

export const ScaledJob = z.looseObject({
  kind: z.literal('ScaledJob'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    minReplicaCount: z.number().default(0),
    maxReplicaCount: z.number().default(100),
    pollingInterval: z.number().default(30),
    scalingStrategy: z.looseObject({ strategy: z.enum(['default', 'accurate', 'eager']).default('default') }).default({
      strategy: 'default',
    }),
    rollout: z.looseObject({ strategy: z.enum(['immediate', 'gradual']).default('immediate') }).default({
      strategy: 'immediate',
    }),
    jobTargetRef: z.looseObject({ backoffLimit: z.number().default(6) }),
    triggers: z.array(StreamTrigger).min(1),
  }),
});
export type ScaledJob = z.infer<typeof ScaledJob>;
