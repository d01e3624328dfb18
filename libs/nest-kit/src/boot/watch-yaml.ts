import { readFile, stat } from 'node:fs/promises';
import {
  createLoop,
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
  once(): Promise<'unchanged' | 'changed' | 'refused'>;
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

/**
 * Reads a file now and again whenever it changes. The first reading must be good (throws `CONFIG_FILE_INVALID`, terminal);
 * later a bad one is logged once and shown in `/readyz`, and the last good value stays in use.
 */
export const watchYaml = async <T>(
  path: string,
  parse: (text: string) => Result<T, Refusal>,
  options: WatchOptions<T>,
): Promise<WatchedFile<T>> => {
  const { logger } = options;
  const read = async (): Promise<T> => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw unusable(path, messageOf(error));
    });
    const parsed = parse(text);
    if (!parsed.ok) throw unusable(path, parsed.refusal.message, parsed.refusal.fix);
    return parsed.value;
  };
  let version = await versionOf(path).catch((error: unknown) => {
    throw unusable(path, messageOf(error), `Create ${path}.`);
  });
  let value = await read();
  let problem: string | undefined;

  const refused = (error: unknown): 'refused' => {
    if (problem !== messageOf(error)) {
      logger.log('error', 'a configuration file is not usable; the last good one stays in use', { path, error });
    }
    problem = messageOf(error);
    return 'refused';
  };

  const once = async (): Promise<'unchanged' | 'changed' | 'refused'> => {
    try {
      const seen = await versionOf(path);
      if (seen === version) return problem === undefined ? 'unchanged' : 'refused';
      version = seen;
      value = await read();
    } catch (error) {
      return refused(error);
    }
    problem = undefined;
    logger.log('info', 'a configuration file was read again', { path });
    options.onChange?.(value);
    return 'changed';
  };

  const loop = createLoop({
    name: `watch ${path}`,
    once,
    everyMs: options.everyMs ?? 2_000,
    clock: options.clock ?? systemClock,
    logger,
  });
  return {
    name: `watch ${path}`,
    start: () => loop.start(),
    stop: () => loop.stop(),
    current: () => value,
    error: () => problem,
    check: () => (problem === undefined ? { ready: true } : { ready: true, note: problem }),
    once,
  };
};
