export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A structured log line: a short stable message and its fields. Secrets never go in. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silentLogger: Logger = { log: () => undefined };
