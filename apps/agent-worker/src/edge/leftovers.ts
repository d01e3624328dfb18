import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '@rig/agent-kit';
import { messageOf, type Clock, type Logger } from '@rig/kernel';
import { z } from 'zod';
import { withFileLock } from './file-lock.js';
import { attemptsFolder } from './workspaces.js';

const PID_FILE = 'agent.json';
/** Folders of workers that never came back are removed when nothing has touched them for so long. */
const FOREIGN_MS = 24 * 3_600_000;

const Recorded = z.object({ pid: z.int().min(2), started: z.string().min(1) });

/** What tells a process from a later one with the same number: this boot and the start time. Linux only. */
const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted behind the command's name, which may itself hold blanks and brackets.
    return `${boot.trim()}:${line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return undefined;
  }
};

/** Writes down which process group an attempt started, for a worker that finds the folder after a crash. */
export const recordAgent = async (folder: string, pid: number): Promise<void> => {
  const started = await startOf(pid);
  if (started !== undefined) await writeFile(join(folder, PID_FILE), JSON.stringify({ pid, started }));
};

const endRecorded = async (folder: string): Promise<boolean> => {
  const text = await readFile(join(folder, PID_FILE), 'utf8').catch(() => '{}');
  const recorded = Recorded.safeParse(JSON.parse(text));
  if (!recorded.success || (await startOf(recorded.data.pid)) !== recorded.data.started) return false;
  try {
    process.kill(-recorded.data.pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
};

const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const prune = async (git: Git, root: string, clock: Clock): Promise<void> => {
  for (const owner of await list(join(root, 'repos'))) {
    for (const name of await list(join(root, 'repos', owner))) {
      if (!name.endsWith('.git')) continue;
      const gitDir = join(root, 'repos', owner, name);
      await withFileLock({ path: `${gitDir}.lock`, clock }, () => git.run(['worktree', 'prune'], { cwd: gitDir }));
    }
  }
};

export interface LeftoversDeps {
  readonly root: string;
  readonly worker: string;
  readonly git: Git;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** After a crash: ends commands that outlived their worker, and removes worktrees nobody works in. */
export const clearLeftovers = async ({ root, worker, git, clock, logger }: LeftoversDeps): Promise<void> => {
  const own = attemptsFolder(root, worker);
  for (const name of await list(own)) {
    const folder = join(own, name);
    const ended = await endRecorded(folder).catch(() => false);
    await rm(folder, { recursive: true, force: true });
    logger.log('info', 'what an earlier run left was removed', { attempt: name, commandEnded: ended });
  }
  for (const other of await list(join(root, 'attempts'))) {
    for (const name of other === worker ? [] : await list(attemptsFolder(root, other))) {
      const folder = join(attemptsFolder(root, other), name);
      const age = clock.now() - (await stat(folder).catch(() => ({ mtimeMs: clock.now() }))).mtimeMs;
      if (age > FOREIGN_MS) await rm(folder, { recursive: true, force: true });
    }
  }
  await prune(git, root, clock).catch((error: unknown) => {
    logger.log('warn', 'old worktrees could not be pruned', { error: messageOf(error) });
  });
};
