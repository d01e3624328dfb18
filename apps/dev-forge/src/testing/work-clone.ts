import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface GitRun {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs git in a folder; what it says on stderr belongs to the output. */
export const runGitIn = (cwd: string, ...args: readonly string[]): Promise<GitRun> =>
  new Promise((resolve) => {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' };
    execFile('git', [...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() });
    });
  });

/** A clone made with a token, and the few things that an author does in it. */
export const cloneWork = async (folder: string, url: string, token: string, repo = 'acme/greeter') => {
  const dir = await mkdtemp(join(folder, 'clone-'));
  const remote = `${url.replace('://', `://x-access-token:${token}@`)}/${repo}.git`;
  const cloned = await runGitIn(dir, 'clone', '-q', remote, '.');
  const git = (...args: readonly string[]): Promise<GitRun> =>
    runGitIn(dir, '-c', 'user.name=dev-e-1', '-c', 'user.email=dev-e-1@agents.rig.invalid', ...args);
  return {
    dir,
    cloned,
    git,
    branch: (name: string) => git('switch', '-q', '-c', name),
    commit: async (files: Readonly<Record<string, string>>, message: string): Promise<string> => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), text);
      }
      await git('add', '--all');
      await git('commit', '-q', '-m', message);
      return (await git('rev-parse', 'HEAD')).output;
    },
    push: (ref: string) => git('push', '-q', remote, ref),
  };
};
