import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, type Lifecycle } from '@rig/kernel';
import { ciConclusion } from '../../core/ci-summary.js';
import type { CheckRun, Repo } from '../../core/model.js';
import { repoById } from '../../core/world.js';
import { createChangeCheckRun } from '../../flows/check-runs.js';
import type { Deps } from '../../flows/deps.js';
import { repoDir } from '../git/bare-git.js';
import { git } from '../git/run.js';
import { runCommand } from './run-command.js';

export interface CiRunner extends Lifecycle {
  wake(): void;
}

/** Puts the files of a commit into a folder without touching the repository. */
const checkOut = async (root: string, repo: Repo, sha: string, work: string, index: string): Promise<void> => {
  await git(['--git-dir', repoDir(root, repo), '--work-tree', work, 'read-tree', '--reset', '-u', sha], {
    env: { GIT_INDEX_FILE: index },
  });
};

/** One run from checkout to conclusion. */
const carryOut = async (deps: Deps, root: string, repo: Repo, run: CheckRun, signal: AbortSignal): Promise<void> => {
  const change = createChangeCheckRun(deps);
  const scratch = await mkdtemp(join(tmpdir(), 'dev-forge-ci-'));
  try {
    const [work, home] = [join(scratch, 'work'), join(scratch, 'home')];
    await Promise.all([mkdir(work), mkdir(home)]);
    const started = await change(repo, run, { status: 'in_progress', startedAt: deps.time() });
    await checkOut(root, repo, run.headSha, work, join(scratch, 'index'));
    const { command = [], timeoutSeconds = 60 } = repo.ci ?? {};
    const result = await runCommand({ cwd: work, command, home, timeoutMs: timeoutSeconds * 1000, signal });
    // Stopped in the middle: the run stays in progress and begins anew at the next start.
    if (signal.aborted) return;
    await change(repo, started, {
      status: 'completed',
      completedAt: deps.time(),
      ...ciConclusion(command, timeoutSeconds, result),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** The forge's CI: takes queued runs in order and carries out the repository's command, so many at a time. */
export const createCiRunner = (deps: Deps, root: string, concurrency: number): CiRunner => {
  const change = createChangeCheckRun(deps);
  const running = new Map<number, Promise<void>>();
  let stopping: AbortController | undefined;

  const runOne = async (run: CheckRun, signal: AbortSignal): Promise<void> => {
    const repo = repoById(deps.world, run.repoId);
    try {
      if (repo !== undefined) await carryOut(deps, root, repo, run, signal);
    } catch (error) {
      deps.logger.log('error', 'a CI run broke', { run: run.id, error: messageOf(error) });
      const output = { title: 'CI broke', summary: messageOf(error), text: null };
      const current = deps.world.checkRuns.get(run.id) ?? run;
      if (repo !== undefined) await change(repo, current, { status: 'completed', conclusion: 'failure', output });
    } finally {
      running.delete(run.id);
      wake();
    }
  };

  const wake = (): void => {
    if (stopping === undefined || stopping.signal.aborted) return;
    const { signal } = stopping;
    const waiting = deps.world.checkRuns.where(
      (run) =>
        run.ours &&
        run.status !== 'completed' &&
        !running.has(run.id) &&
        repoById(deps.world, run.repoId) !== undefined,
    );
    for (const run of waiting.slice(0, Math.max(0, concurrency - running.size))) {
      running.set(run.id, runOne(run, signal));
    }
  };

  return {
    wake,
    start: async () => {
      stopping ??= new AbortController();
      wake();
    },
    stop: async () => {
      stopping?.abort();
      await Promise.all(running.values());
    },
  };
};
