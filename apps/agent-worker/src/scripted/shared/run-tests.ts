import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Package = z.object({ scripts: z.object({ test: z.string().min(1) }) });

export interface TestRun {
  readonly passed: boolean;
  /** The end of the output. */
  readonly output: string;
}

/** The repository's own test command; plain `node --test …` is started without npm, which saves its start time. */
const testCommand = async (worktree: string): Promise<readonly [string, readonly string[]]> => {
  const { scripts } = Package.parse(JSON.parse(await readFile(join(worktree, 'package.json'), 'utf8')));
  const words = scripts.test.split(' ');
  const plain = words[0] === 'node' && words.every((word) => /^[A-Za-z0-9._/-]+$/.test(word));
  return plain ? [process.execPath, words.slice(1)] : ['npm', ['test', '--silent']];
};

/**
 * Runs the tests of the repository in `worktree`; a run that takes longer than `timeoutMs` (default 60 000) has failed.
 */
export const runTests = async (worktree: string, timeoutMs = 60_000): Promise<TestRun> => {
  const [command, args] = await testCommand(worktree);
  // A test runner that finds this variable believes itself to be part of an outer run and reports nothing.
  const { NODE_TEST_CONTEXT: _outer, NODE_OPTIONS: _options, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: worktree, env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 4 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ passed: error === null, output: `${stdout}\n${stderr}`.trim().slice(-3000) });
      },
    );
  });
};
