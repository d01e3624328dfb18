import { readFileSync } from 'node:fs';
import { RigError, messageOf } from '@rig/kernel';
import { z } from 'zod';
import { Seed } from './edge/seed/schema.js';

export const Config = z.object({
  /** Port for REST, GraphQL and git. */
  RIG_PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  /** Address to listen on; loopback unless told otherwise. */
  RIG_HOST: z.string().min(1).default('127.0.0.1').describe('the address to listen on (0.0.0.0 in a container)'),
  /** How others reach it, where that is not loopback: it stands in every URL that it hands out. */
  DEV_FORGE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('how others reach it: http://dev-forge:8080'),
  /** Folder that holds the repositories and everything else. */
  DEV_FORGE_ROOT: z.string().min(1),
  /** JSON file: users, Apps, repositories. */
  DEV_FORGE_SEED: z.string().min(1),
});
export type Config = z.infer<typeof Config>;

/** Reads the environment. @throws RigError CONFIG_INVALID naming the first variable that is wrong */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = Config.safeParse(env);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join('.') ?? '';
  const message = `${name}: ${issue?.message ?? 'invalid'}`;
  throw new RigError({ code: 'CONFIG_INVALID', kind: 'terminal', message, fix: `set ${name}` });
};

/** Reads the seed file. @throws RigError SEED_INVALID naming what is wrong */
export const readSeed = (path: string): Seed => {
  const fail = (message: string): RigError =>
    new RigError({ code: 'SEED_INVALID', kind: 'terminal', message: `${path}: ${message}`, fix: 'mend the file' });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fail(messageOf(error));
  }
  const parsed = Seed.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
};
