import { spawn } from 'node:child_process';

export interface CommandResult {
  /** null: it was ended by a signal or never began. */
  readonly code: number | null;
  readonly timedOut: boolean;
  /** The end of what it wrote to stdout and stderr. */
  readonly tail: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly command: readonly string[];
  readonly home: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Characters of output that are kept. */
const tailLimit = 16_000;

/** Ends the command and everything that it started: it leads a process group of its own. */
const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
};

/** Runs a repository's command with a small environment, bounded time and bounded output. Never rejects. */
export const runCommand = ({ cwd, command, home, timeoutMs, signal }: CommandOptions): Promise<CommandResult> =>
  new Promise((resolve) => {
    const [file = '', ...args] = command;
    let tail = '';
    let timedOut = false;
    const keep = (chunk: Buffer): void => {
      tail = (tail + chunk.toString('utf8')).slice(-tailLimit);
    };
    const env = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      TMPDIR: home,
      CI: 'true',
      LC_ALL: 'C.UTF-8',
    };
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = (): void => killGroup(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      // What it left in the background goes with it.
      stop();
      resolve({ code, timedOut, tail });
    };
    child.once('error', (error) => {
      tail += `\n${error.message}`;
      finish(null);
    });
    child.once('close', finish);
  });
