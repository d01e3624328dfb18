import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '@rig/agent-kit';
import { agentIdentity, identityVariables } from '../core/pull-text.js';
import { AttemptFailed } from '../flows/ports.js';
import type { Clone } from './clone.js';

export interface TreeGitParts {
  readonly git: Git;
  readonly clone: Clone;
  readonly tree: string;
  /** The worktree's own folder inside the clone, learned before the agent could touch anything. */
  readonly treeGitDir: string;
  readonly startSha: string;
}

/** Puts back what an agent may have bent in the clone and in the worktree's folder. */
export const straighten = async ({ clone, treeGitDir }: TreeGitParts): Promise<void> => {
  await clone.restore();
  await writeFile(join(treeGitDir, 'commondir'), '../..\n');
  await rm(join(treeGitDir, 'config.worktree'), { force: true });
  await rm(join(treeGitDir, 'index.lock'), { force: true });
};

export const treeOf = ({ git, clone }: Pick<TreeGitParts, 'git' | 'clone'>, sha: string): Promise<string> =>
  git.run(['rev-parse', `${sha}^{tree}`], { cwd: clone.gitDir });

/** Commits as the agent what lies uncommitted; resolves to the head, and whether its tree differs from the start's. */
export const commitTree = async (
  parts: TreeGitParts,
  message: string,
  agent: string,
): Promise<{ readonly headSha: string; readonly changed: boolean }> => {
  const { git, clone, tree, treeGitDir, startSha } = parts;
  const env = identityVariables(agentIdentity(agent));
  // By paths that nothing inside the worktree can bend.
  const onTree = (...args: readonly string[]): Promise<string> =>
    git.run([`--git-dir=${treeGitDir}`, `--work-tree=${tree}`, ...args], { cwd: tree, env });
  await straighten(parts);
  await onTree('add', '--all', '--', '.');
  const staged = await onTree('diff', '--cached', '--name-only');
  if (staged !== '') await onTree('commit', '--quiet', '--no-verify', '--message', message);
  const headSha = (await onTree('rev-parse', '--verify', 'HEAD^{commit}')).trim();
  const grown = await git.try(['merge-base', '--is-ancestor', startSha, headSha], { cwd: clone.gitDir });
  if (!grown.ok) throw new AttemptFailed('RESULT_INVALID', `the commits do not stand on ${startSha}`);
  return { headSha, changed: (await treeOf(parts, headSha)) !== (await treeOf(parts, startSha)) };
};
