import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '@rig/agent-kit';
import type { TaskBrief } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import { isBranchName } from '../core/branch-name.js';
import { AttemptFailed, type Workspaces } from '../flows/ports.js';
import { openClone, remoteRef, type Clone } from './clone.js';
import { createWorkspace } from './workspace.js';

export interface WorkspacesDeps {
  readonly git: Git;
  readonly clock: Clock;
  /** RIG_WORK_DIR. */
  readonly root: string;
  /** HOSTNAME: each worker has its own folder of attempts. */
  readonly worker: string;
}

/** Where the attempts of one worker lie. */
export const attemptsFolder = (root: string, worker: string): string => join(root, 'attempts', worker);

interface Start {
  readonly startSha: string;
  readonly diffBase: string;
  /** What the task's branch is at on the forge; undefined when it is not there. */
  readonly branchSha: string | undefined;
}

const need = (sha: string | undefined, what: string): string => {
  if (sha === undefined) throw new AttemptFailed('HEAD_GONE', `${what} is not in the repository any more`);
  return sha;
};

/** Implement starts at the default branch, a review at the reviewed commit, a fix at the tip of the branch. */
const startOf = async (git: Git, clone: Clone, brief: TaskBrief): Promise<Start> => {
  const branchSha = await clone.commitOf(remoteRef(brief.branch));
  if (brief.kind === 'implement') {
    const startSha = need(await clone.commitOf(remoteRef(brief.defaultBranch)), `the branch ${brief.defaultBranch}`);
    return { startSha, diffBase: startSha, branchSha };
  }
  if (brief.pull === null) throw new AttemptFailed('TASK_INVALID', `a ${brief.kind} task without a pull request`);
  const startSha =
    brief.kind === 'review'
      ? need(await clone.commitOf(brief.pull.headSha), `the commit ${brief.pull.headSha}`)
      : need(branchSha, `the branch ${brief.branch}`);
  const base = need(await clone.commitOf(remoteRef(brief.pull.baseRef)), `the branch ${brief.pull.baseRef}`);
  const common = await git.try(['merge-base', '--end-of-options', base, startSha], { cwd: clone.gitDir });
  return { startSha, diffBase: common.ok ? common.value.trim() : base, branchSha };
};

const checkNames = (names: readonly string[]): void => {
  const bad = names.find((name) => !isBranchName(name));
  if (bad !== undefined) throw new AttemptFailed('TASK_INVALID', `"${bad}" is not a usable branch name`);
};

/** Makes worktrees from one shared bare clone per repository. */
export const createWorkspaces = (deps: WorkspacesDeps): Workspaces => {
  const { git, root, worker } = deps;
  return {
    open: async (brief, token, signal) => {
      const branches = [brief.defaultBranch, ...(brief.pull === null ? [] : [brief.pull.baseRef]), brief.branch];
      checkNames(branches);
      const clone = await openClone(deps, brief.repo);
      await clone.fetch(token, branches, signal);
      const start = await startOf(git, clone, brief);

      const folder = join(attemptsFolder(root, worker), `${brief.taskId}-${brief.attempt}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(join(folder, 'home'), { recursive: true });
      const tree = join(folder, 'tree');
      await clone.locked(async () => {
        await git.run(['worktree', 'prune'], { cwd: clone.gitDir });
        await git.run(['worktree', 'add', '--quiet', '--detach', '--', tree, start.startSha], { cwd: clone.gitDir });
      }, signal);
      const [, treeGitDir] = /^gitdir: (.+)\n?$/.exec(await readFile(join(tree, '.git'), 'utf8')) ?? [];
      if (treeGitDir === undefined) throw new AttemptFailed('WORKER_FAILED', 'git made no worktree');
      return createWorkspace({ ...deps, clone, brief, folder, tree, treeGitDir, ...start });
    },
  };
};
