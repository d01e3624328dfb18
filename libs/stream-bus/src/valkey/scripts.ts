import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/** The files of ../../lua; the number is that of their keys. */
export type ScriptName =
  | 'ack-drop-1'
  | 'again-1'
  | 'bury-2'
  | 'drop-consumers-1'
  | 'end-lease-1'
  | 'offer-again-1'
  | 'outstanding-1'
  | 'read-lease-1'
  | 'redrive-2'
  | 'relay-n'
  | 'renew-lease-2'
  | 'set-tries-1'
  | 'take-over-1'
  | 'trim-2';

interface Script {
  readonly text: string;
  readonly sha: string;
}

const load = (name: ScriptName): Script => {
  const text = readFileSync(new URL(`../../lua/${name}.lua`, import.meta.url), 'utf8');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
};

/** Scripts that only look: their caller needs no right to write. */
const READ_ONLY: ReadonlySet<ScriptName> = new Set(['outstanding-1', 'read-lease-1']);

const loaded = new Map<ScriptName, Script>();

const scriptOf = (name: ScriptName): Script => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const script = load(name);
  loaded.set(name, script);
  return script;
};

/** Runs a script by its hash; sends the text only to a server that does not know it yet (new, or restarted). */
export const runScript = async (
  redis: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> => {
  const { sha, text } = scriptOf(name);
  const rest = [keys.length, ...keys, ...args];
  const suffix = READ_ONLY.has(name) ? '_RO' : '';
  try {
    return await redis.call(`EVALSHA${suffix}`, sha, ...rest);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.call(`EVAL${suffix}`, text, ...rest);
  }
};
