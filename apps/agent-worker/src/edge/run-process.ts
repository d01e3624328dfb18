import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createTail } from './bounded-tail.js';

export interface ProcessRequest {
  readonly run: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Kills the whole process group at once. */
  readonly signal: AbortSignal;
  /** Told the process group's number as soon as there is one. */
  onStart?(pid: number): void;
}

export type ProcessEnd =
  | { readonly how: 'exited'; readonly code: number; readonly tail: string }
  | { readonly how: 'timed-out' | 'stopped'; readonly tail: string }
  | { readonly how: 'not-started'; readonly message: string };

/** Between the request to end and the end by force after the deadline. */
const GRACE_MS = 2_000;
/** For output that is still in the pipes when the command has ended. */
const DRAIN_MS = 500;
const TAIL_BYTES = 8 * 1024;

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};

/**
 * Runs a program in a process group of its own, without a shell and without input. Nothing of the group is left when this
 * resolves. Of the output only the end is kept.
 */
export const runProcess = (request: ProcessRequest): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    const { run, args, cwd, env, timeoutMs, signal } = request;
    if (signal.aborted) return resolve({ how: 'stopped', tail: '' });
    const tail = createTail(TAIL_BYTES);
    const child = spawn(run, [...args], { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let ended: 'timed-out' | 'stopped' | undefined;
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      ended = 'stopped';
      killGroup(child, 'SIGKILL');
    };
    const deadline = setTimeout(() => {
      ended ??= 'timed-out';
      killGroup(child, 'SIGTERM');
      force = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
    }, timeoutMs);
    const settle = (end: ProcessEnd): void => {
      clearTimeout(deadline);
      clearTimeout(force);
      signal.removeEventListener('abort', stop);
      killGroup(child, 'SIGKILL');
      resolve(end);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', tail.write);
    child.stderr.on('data', tail.write);
    child.once('spawn', () => child.pid !== undefined && request.onStart?.(child.pid));
    child.once('error', (error) => child.pid === undefined && settle({ how: 'not-started', message: error.message }));
    // The group goes with its leader, so that no grandchild keeps the pipes open; then the rest of the output is read.
    child.once('exit', (code, by) => {
      killGroup(child, 'SIGKILL');
      const read = once(child, 'close').then(() => undefined);
      void Promise.race([read, delay(DRAIN_MS, undefined, { ref: false })]).then(() => {
        if (ended !== undefined) settle({ how: ended, tail: tail.text() });
        else settle({ how: 'exited', code: code ?? (by === null ? 1 : 128), tail: tail.text() });
        child.stdout.destroy();
        child.stderr.destroy();
      });
    });
  });
