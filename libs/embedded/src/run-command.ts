import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit code; -1 when the program could not be started or was ended by a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Milliseconds until the program is killed. Default 60 000. */
  readonly timeoutMs?: number;
}

/** Characters kept of each output; a program that says more is heard to its end all the same. */
const MAX_OUTPUT = 16 * 1024 * 1024;

const killGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
};

/**
 * Runs a short-lived program to its end without a shell. A failure is a value: look at `code`. It runs in a session of
 * its own: Ctrl-C reaches this process only, which decides what becomes of a half-done step.
 */
export const runCommand = (
  file: string,
  args: readonly string[],
  { timeoutMs = 60_000, ...options }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(file, [...args], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const heard = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        heard[name] = (heard[name] + text).slice(0, MAX_OUTPUT);
      });
    }
    const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
    const finish = (code: number, problem: string): void => {
      clearTimeout(timer);
      resolve({ code, stdout: heard.stdout, stderr: heard.stderr === '' && code !== 0 ? problem : heard.stderr });
    };
    child.once('error', (error) => finish(-1, error.message));
    child.once('close', (code, signal) => finish(code ?? -1, `${file} ended with ${signal ?? `code ${code ?? -1}`}`));
  });
