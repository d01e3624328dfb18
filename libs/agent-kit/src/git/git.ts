import { execFile } from 'node:child_process';
import { RigError, accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { SAFE_SETTINGS, gitEnvironment, type GitCredentials } from './git-environment.js';

export interface GitOptions {
  /** Milliseconds for one command. Default 120 000. */
  readonly timeoutMs?: number;
  /** Bytes of output of one command; more fails it. Default 16 MiB. */
  readonly maxOutputBytes?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface GitRun {
  readonly cwd: string;
  readonly credentials?: GitCredentials | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Added to the environment, for example GIT_AUTHOR_NAME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface GitRefusal extends Refusal {
  readonly exitCode: number | null;
  readonly stderr: string;
}

export interface Git {
  /** Standard output; an exit code other than 0 is a refusal `GIT_FAILED` with what git said. */
  try(args: readonly string[], run: GitRun): Promise<Result<string, GitRefusal>>;
  /** Standard output; an exit code other than 0 is a retryable `RigError` `GIT_FAILED`. */
  run(args: readonly string[], run: GitRun): Promise<string>;
}

/** Whatever git prints of addresses and headers goes out without what is secret in them. */
const withoutSecrets = (text: string, credentials: GitCredentials | undefined): string => {
  const clean = text.replace(/(https?:\/\/)[^/@\s]*@/g, '$1').trim();
  return credentials === undefined ? clean : clean.replaceAll(credentials.token, '***');
};

/**
 * Runs git: arguments as an array (put `--end-of-options` before names that came from outside), no shell, no prompt,
 * no hooks, no user or system configuration, bounded time and output.
 */
export const createGit = (options: GitOptions = {}): Git => {
  const settings = SAFE_SETTINGS.flatMap(([key, value]) => ['-c', `${key}=${value}`]);

  const execute: Git['try'] = (args, { cwd, credentials, signal, env, timeoutMs }) =>
    new Promise((resolve, reject) => {
      execFile(
        'git',
        [...settings, ...args],
        {
          cwd,
          env: gitEnvironment(options.environment ?? process.env, credentials, env),
          timeout: timeoutMs ?? options.timeoutMs ?? 120_000,
          maxBuffer: options.maxOutputBytes ?? 16 * 1024 * 1024,
          killSignal: 'SIGKILL',
          encoding: 'utf8',
          ...(signal === undefined ? {} : { signal }),
        },
        (error, stdout, stderr) => {
          if (error === null) return resolve(accept(stdout));
          if (signal?.aborted === true) {
            return reject(
              new RigError({ code: 'ABORTED', kind: 'retryable', message: `git ${args[0] ?? ''} was stopped` }),
            );
          }
          const exitCode = typeof error.code === 'number' ? error.code : null;
          const said = withoutSecrets(stderr, credentials).slice(-2000);
          const why = exitCode === null ? `ended by ${error.signal ?? String(error.code)}` : said;
          resolve(refuse({ code: 'GIT_FAILED', message: `git ${args[0] ?? ''}: ${why}`, exitCode, stderr: said }));
        },
      );
    });

  return {
    try: execute,
    run: async (args, run) => {
      const result = await execute(args, run);
      if (result.ok) return result.value;
      throw new RigError({ code: result.refusal.code, kind: 'retryable', message: result.refusal.message });
    },
  };
};
