import { spawn } from 'node:child_process';

export interface ToolRun {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; then the tool and what it started are killed and the run counts as failed. */
  readonly limitMs: number;
  /** True: standard output is handed back instead of being shown. Default false. */
  readonly capture?: boolean;
  readonly signal?: AbortSignal;
}

export interface ToolEnd {
  /** Exit code; -1 when killed or not started. */
  readonly code: number;
  readonly stdout: string;
  /** How it ended when it did not end by itself. */
  readonly note?: string;
}

const killGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
};

/** Five seconds to end in order, then the whole group is killed. */
const endGroup = (pid: number | undefined): void => {
  killGroup(pid, 'SIGTERM');
  setTimeout(() => killGroup(pid, 'SIGKILL'), 5_000).unref();
};

/** Runs a tool, its output streaming through as it comes. In a group of its own, so that a hung tool goes as a whole. */
export const runTool = (file: string, args: readonly string[], options: ToolRun): Promise<ToolEnd> =>
  new Promise((resolve) => {
    const child = spawn(file, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.capture === true ? 'pipe' : 'inherit', 'inherit'],
      detached: true,
    });
    let stdout = '';
    let note: string | undefined;
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const late = setTimeout(() => {
      note = `took longer than ${Math.round(options.limitMs / 1000)} s`;
      endGroup(child.pid);
    }, options.limitMs);
    const stopped = (): void => {
      note = 'stopped';
      endGroup(child.pid);
    };
    options.signal?.addEventListener('abort', stopped, { once: true });
    const finish = (code: number): void => {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', stopped);
      resolve({ code, stdout, ...(note === undefined ? {} : { note }) });
    };
    child.once('error', (error) => {
      note = error.message;
      finish(-1);
    });
    child.once('close', (code) => finish(code ?? -1));
  });
