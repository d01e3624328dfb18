import { readFile, stat } from 'node:fs/promises';
import {
  createLoop,
  isRigError,
  messageOf,
  RigError,
  systemClock,
  type Clock,
  type Lifecycle,
  type Logger,
  type Refusal,
  type Result,
} from '@rig/kernel';
import type { ReadyCheck } from '../http/health.controller.js';

export interface WatchOptions<T> {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** How often the file's time and size are looked at, in milliseconds. Default 2000. */
  readonly everyMs?: number;
  /** Text taken for the file's while there is none at the start; else a missing file is an error. */
  readonly whenMissing?: string;
  /** Called with each new good value. */
  onChange?(value: T): void;
}

export interface WatchedFile<T> extends Lifecycle {
  readonly name: string;
  /** The last good value. */
  current(): T;
  /** Why the file as it lies there is not in use; undefined when it is. */
  error(): string | undefined;
  /** For `/readyz`: ready with a note while an older value is in use. */
  readonly check: ReadyCheck;
  /** Looks once; outcome `unchanged`, `changed` or `refused`. */
  once(): Promise<Outcome>;
}

const unusable = (path: string, why: string, fix?: string): RigError =>
  new RigError({
    code: 'CONFIG_FILE_INVALID',
    kind: 'terminal',
    message: `${path} is not usable: ${why}`,
    fix: fix ?? `Mend ${path}.`,
  });

/** Identity of a version of the file; a replaced symlink (a mounted ConfigMap) shows as another inode. */
const versionOf = async (path: string): Promise<string> => {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
};

type Outcome = 'unchanged' | 'changed' | 'refused';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** The version of a file that need not be there and never was. */
const ABSENT = 'absent';

const goodValue = <T>(path: string, parsed: Result<T, Refusal>): T => {
  if (!parsed.ok) throw unusable(path, parsed.refusal.message, parsed.refusal.fix);
  return parsed.value;
};

const readGood = async <T>(path: string, parse: (text: string) => Result<T, Refusal>): Promise<T> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(path, messageOf(error));
  });
  return goodValue(path, parse(text));
};

/** The last good value, and why the newest one is not in use. */
interface Watched<T> {
  version: string;
  value: T;
  problem: string | undefined;
}

const look = async <T>(
  path: string,
  parse: (text: string) => Result<T, Refusal>,
  state: Watched<T>,
  options: WatchOptions<T>,
): Promise<Outcome> => {
  try {
    const seen = await versionOf(path);
    if (seen === state.version) return state.problem === undefined ? 'unchanged' : 'refused';
    state.version = seen;
    state.value = await readGood(path, parse);
  } catch (error) {
    if (state.version === ABSENT && isMissing(error)) return 'unchanged';
    // The file is gone: whatever appears there next is new.
    if (!isRigError(error)) state.version = '';
    if (state.problem !== messageOf(error)) {
      const message = 'a configuration file is not usable; the last good one stays in use';
      options.logger.log('error', message, { path, error });
    }
    state.problem = messageOf(error);
    return 'refused';
  }
  state.problem = undefined;
  options.logger.log('info', 'a configuration file was read again', { path });
  options.onChange?.(state.value);
  return 'changed';
};

/**
 * Reads a file now and again whenever it changes. The first reading must be good (throws `CONFIG_FILE_INVALID`, terminal);
 * later a bad one is logged once and shown in `/readyz`, and the last good value stays in use.
 */
export const watchYaml = async <T>(
  path: string,
  parse: (text: string) => Result<T, Refusal>,
  options: WatchOptions<T>,
): Promise<WatchedFile<T>> => {
  const { whenMissing } = options;
  const version = await versionOf(path).catch((error: unknown) => {
    if (whenMissing !== undefined && isMissing(error)) return ABSENT;
    throw unusable(path, messageOf(error), `Create ${path}.`);
  });
  const value = version === ABSENT ? goodValue(path, parse(whenMissing ?? '')) : await readGood(path, parse);
  const state: Watched<T> = { version, value, problem: undefined };
  const once = (): Promise<Outcome> => look(path, parse, state, options);
  const { logger, clock = systemClock, everyMs = 2_000 } = options;
  const loop = createLoop({ name: `watch ${path}`, once, everyMs, clock, logger });
  return {
    name: `watch ${path}`,
    start: () => loop.start(),
    stop: () => loop.stop(),
    current: () => state.value,
    error: () => state.problem,
    check: () => (state.problem === undefined ? { ready: true } : { ready: true, note: state.problem }),
    once,
  };
};
