import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { RigError } from '@rig/kernel';
import { watch } from './watchdog.js';

/** A database server of ours: it ends when this process ends, its data stays. */
export interface EmbeddedServer {
  /** Connection string with credentials; loopback only. Not for logs. */
  readonly url: string;
  /** Process id; 0 when the server is not ours. */
  readonly pid: number;
  /** Settles when the server has ended, with how it ended. Never rejects. */
  readonly exited: Promise<string>;
  /** Ends the server in good order (at most about 15 s) and resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  /** For messages, e.g. `Postgres`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
  /** Written to the server's standard input, which is then closed. Keeps secrets out of the process list. */
  readonly input?: string;
  readonly logFile: string;
  /** Sent by `stop`, then after 10 s each: SIGQUIT, SIGKILL. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** Sent when this process dies without having stopped the server. */
  readonly orphanSignal: 'QUIT' | 'TERM' | 'KILL';
}

export interface RunningServer {
  readonly pid: number;
  readonly exited: Promise<string>;
  hasExited(): boolean;
  stop(): Promise<void>;
  /** The last lines of the log, for error messages. */
  logTail(): Promise<string>;
}

const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? -1}` : signal));
  });

const rotate = async (logFile: string): Promise<void> => {
  if (existsSync(logFile)) await rename(logFile, `${logFile}.1`);
};

const stopper = (child: ChildProcess, exited: Promise<string>, first: NodeJS.Signals) => async (): Promise<void> => {
  for (const signal of [first, 'SIGQUIT', 'SIGKILL'] as const) {
    child.kill(signal);
    const giveUp = new AbortController();
    await Promise.race([exited, pause(10_000, undefined, { signal: giveUp.signal }).catch(() => undefined)]);
    giveUp.abort();
    if (child.exitCode !== null || child.signalCode !== null) return;
  }
};

/**
 * Spawns a server in a session of its own (Ctrl-C must reach this process only, which then stops the server in
 * order), its output in a file (a pipe would block it when nobody reads), and a watchdog beside it.
 */
export const spawnServer = async (command: ServerCommand): Promise<RunningServer> => {
  await rotate(command.logFile);
  const log = await open(command.logFile, 'a', 0o600);
  const child = spawn(command.file, [...command.args], {
    stdio: ['pipe', log.fd, log.fd],
    detached: true,
    cwd: command.cwd,
    env: command.env ?? process.env,
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  });
  const exited = ended(child);
  await log.close();
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(command.input ?? '');
  if (child.pid === undefined) {
    throw new RigError({
      code: 'EMBEDDED_SPAWN_FAILED',
      kind: 'terminal',
      message: `${command.name} could not be started: ${await exited}`,
      fix: 'Run `./rig doctor`.',
    });
  }
  child.unref();
  const watchdog = watch(child.pid, command.orphanSignal);
  void exited.then(() => watchdog.dismiss());
  const stop = stopper(child, exited, command.stopSignal);
  let stopping: Promise<void> | undefined;
  return {
    pid: child.pid,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => (stopping ??= child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : stop()),
    logTail: async () =>
      (await readFile(command.logFile, 'utf8').catch(() => '')).split('\n').slice(-8).join('\n').trim(),
  };
};
