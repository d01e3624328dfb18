import { z } from 'zod';

/** `.rig/run.json`: how the other commands find a running `rig up`. Holds paths of secrets, never secrets. */
export const RunRecord = z.object({
  pid: z.int(),
  startedAt: z.string(),
  root: z.string(),
  conductorUrl: z.url(),
  gatewayUrl: z.url(),
  /** null on GitHub. */
  forgeUrl: z.url().nullable(),
  operatorTokenFile: z.string(),
  webhookSecretFile: z.string(),
  configDir: z.string(),
  keysDir: z.string(),
  logs: z.string(),
  /** Name and health address of each process. */
  services: z.array(z.object({ name: z.string(), url: z.url() })),
});
export type RunRecord = z.infer<typeof RunRecord>;
