import { z } from 'zod';

const HttpCall = z.strictObject({ method: z.string(), path: z.string() });

/** One entry of charts/rig/services.yaml; the file says what each field means. */
export const ServiceFact = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  postgresRole: z.string().optional(),
  valkeyUser: z.string().optional(),
  migrates: z.boolean().default(false),
  config: z.boolean().default(false),
  github: z.boolean().default(false),
  standby: z.boolean().default(false),
  keys: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  secretFiles: z.record(z.string(), z.string()).default({}),
  callers: z.strictObject({ edge: z.array(HttpCall).optional(), agents: z.array(HttpCall).optional() }).default({}),
});
export type ServiceFact = z.infer<typeof ServiceFact>;

export const ServicesFile = z.strictObject({ services: z.array(ServiceFact).min(1) });

/** Keys of the Secret that a service's pods get, as `<service>.<VARIABLE>` or by their own name. */
export const secretKeysOf = ({ name, postgresRole, valkeyUser, keys, secrets, secretFiles }: ServiceFact): string[] => [
  ...(postgresRole === undefined ? [] : [`${name}.RIG_POSTGRES_URL`]),
  ...(valkeyUser === undefined ? [] : [`${name}.RIG_VALKEY_URL`]),
  ...secrets.map((variable) => `${name}.${variable}`),
  ...keys,
  ...Object.values(secretFiles),
];
