import type { LoggerService } from '@nestjs/common';
import { isoTime, isRigError, type Clock, type Logger, type LogLevel } from '@rig/kernel';

export interface JsonLoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Fields of every line, for example the service and its host. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Default: standard error. */
  write?(line: string): void;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };
const SECRET = /authorization|cookie|password|secret|private_?key|^token$|_token$|accessToken|enrolmentToken/i;

const plain = (key: string, value: unknown): unknown => {
  if (SECRET.test(key)) return '[redacted]';
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  return {
    name: value.name,
    message: value.message,
    ...(isRigError(value) ? { code: value.code, kind: value.kind, fix: value.fix } : {}),
    stack: value.stack,
    cause: value.cause,
  };
};

const stringify = (line: Readonly<Record<string, unknown>>): string => {
  try {
    return JSON.stringify(line, plain);
  } catch {
    // A cycle in a field must not cost the line.
    const { time, level, message, service } = line;
    return JSON.stringify({ time, level, message, service, fields: '[not serialisable]' });
  }
};

/** One JSON object a line: time, level, message, then the fields. Values under secret-looking names are redacted. */
export const createJsonLogger = (options: JsonLoggerOptions): Logger => {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  return {
    log: (level, message, fields) => {
      if (RANK[level] < RANK[options.level]) return;
      write(`${stringify({ time: isoTime(options.clock.now()), level, message, ...options.base, ...fields })}\n`);
    },
  };
};

/** Lets Nest's own lines go the same way; its start-up chatter becomes debug. */
export const nestLogger = (logger: Logger): LoggerService => {
  const at =
    (level: LogLevel) =>
    (message: unknown, ...rest: readonly unknown[]): void => {
      const context = rest.at(-1);
      const fields = { ...(typeof context === 'string' ? { context } : {}) };
      if (message instanceof Error) logger.log(level, message.message, { ...fields, error: message });
      else logger.log(level, String(message), fields);
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
  };
};
