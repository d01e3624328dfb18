import { execFile, type ExecFileException } from 'node:child_process';
import { RigError } from '@rig/kernel';

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Git must neither ask nor read what a person has configured for themselves. */
const gitEnv: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

export interface GitRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
}

const exitCode = (error: ExecFileException | null): number =>
  error === null ? 0 : typeof error.code === 'number' ? error.code : -1;

/** Runs git with an argument list, never through a shell. Output is bounded to 64 MB. */
export const runGit = (args: readonly string[], { env, input, timeoutMs }: GitRun = {}): Promise<GitOutput> =>
  new Promise((resolve, reject) => {
    const options = {
      env: { ...gitEnv, ...env },
      timeout: timeoutMs ?? 30_000,
      maxBuffer: 64 * 1024 * 1024,
      encoding: 'buffer' as const,
    };
    const child = execFile('git', [...args], options, (error, stdout, stderr) => {
      const code = exitCode(error);
      if (code >= 0) {
        resolve({ code, stdout, stderr: stderr.toString('utf8') });
        return;
      }
      const message = `git ${args[0] === '--git-dir' ? (args[2] ?? '') : (args[0] ?? '')} did not finish`;
      reject(new RigError({ code: 'GIT_FAILED', kind: 'retryable', message, cause: error }));
    });
    if (input === undefined) return;
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

/** The output of a git call that must succeed. */
export const git = async (args: readonly string[], options: GitRun = {}): Promise<Buffer> => {
  const { code, stdout, stderr } = await runGit(args, options);
  if (code === 0) return stdout;
  throw new RigError({
    code: 'GIT_FAILED',
    kind: 'terminal',
    message: `git ended with ${code}: ${stderr.trim().slice(0, 500)}`,
    details: { args: args.slice(0, 6) },
  });
};
