import { execFile } from 'node:child_process';

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

/** Runs a short-lived program to its end without a shell. A failure is a value: look at `code`. */
export const runCommand = (
  file: string,
  args: readonly string[],
  { timeoutMs = 60_000, ...options }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const settings = { ...options, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 } as const;
    const child = execFile(file, [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr });
    });
    child.stdin?.end();
  });
