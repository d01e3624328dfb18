import { rm } from 'node:fs/promises';
import type { GitRun } from '@rig/agent-kit';
import type { TaskBrief } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import type { Workspace } from '../flows/ports.js';
import { pushBranch } from './push-branch.js';
import { commitTree, straighten, treeOf, type TreeGitParts } from './tree-git.js';

export interface WorkspaceParts extends TreeGitParts {
  readonly clock: Clock;
  readonly brief: TaskBrief;
  readonly folder: string;
  readonly diffBase: string;
  /** What the task's branch is at on the forge; undefined when it is not there. */
  readonly branchSha: string | undefined;
}

const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-prefix', '--unified=3'];

/** An earlier attempt that pushed the very same content before it was lost: its commit stays the head. */
const pushedBefore = async (parts: WorkspaceParts, headSha: string): Promise<boolean> => {
  const { git, clone, brief, branchSha, startSha } = parts;
  if (branchSha === undefined || brief.kind !== 'implement') return false;
  const parent = await git.try(['rev-parse', '--verify', '--quiet', `${branchSha}^`], { cwd: clone.gitDir });
  if (!parent.ok || parent.value.trim() !== startSha) return false;
  return (await treeOf(parts, branchSha)) === (await treeOf(parts, headSha));
};

export const createWorkspace = (parts: WorkspaceParts): Workspace => {
  const { git, clock, clone, brief, tree, folder, startSha, diffBase, branchSha } = parts;
  const inBare: GitRun = { cwd: clone.gitDir };
  return {
    tree,
    folder,
    startSha,
    diffBase,
    commit: (message, agent) => commitTree(parts, message, agent),
    push: async (headSha, token) => {
      if (branchSha !== undefined && (await pushedBefore(parts, headSha))) return branchSha;
      await straighten(parts);
      await pushBranch({ git, clock, clone, token, branch: brief.branch, headSha, expected: branchSha });
      return headSha;
    },
    diff: () => git.run([...DIFF, diffBase, startSha], inBare),
    // What is left behind is cleared at the next start; a clean-up that fails must not undo a result.
    close: async () => {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      await clone.locked(() => git.run(['worktree', 'prune'], inBare)).catch(() => undefined);
    },
  };
};
