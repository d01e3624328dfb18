import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PRELOAD = new URL('./die-with-parent.js', import.meta.url).href;

/** The root of the checkout; the same from src/ and dist/. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Each line of its standard output, or of its standard error. */
  onLine?(from: 'stdout' | 'stderr', line: string): void;
}

/** Calls `take` with each whole line. */
const lines = (take: (line: string) => void) => {
  let rest = '';
  return (chunk: Buffer): void => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
  };
};

/** Starts a built program of the checkout as a process of its own; it ends when the bench does. */
export const startProgram = (path: string, { args = [], env = {}, onLine }: ProgramOptions): ChildProcess => {
  const listening = onLine === undefined ? 'ignore' : 'pipe';
  const child = spawn(process.execPath, ['--import', PRELOAD, `${ROOT}${path}`, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', listening, onLine === undefined ? 'inherit' : 'pipe', 'ipc'],
  });
  child.stdout?.on(
    'data',
    lines((line) => onLine?.('stdout', line)),
  );
  child.stderr?.on(
    'data',
    lines((line) => onLine?.('stderr', line)),
  );
  return child;
};

/** Resolves to the exit code, or null for a signal. */
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });

/** Asks it to end and waits until it has; after `withinMs` milliseconds it is killed. */
export const endProgram = async (child: ChildProcess, signal: NodeJS.Signals, withinMs = 30_000): Promise<void> => {
  const gone = ended(child);
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await gone;
  clearTimeout(late);
};
