import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git, GitRun } from '@rig/agent-kit';
import type { TaskBrief, TaskToken } from '@rig/contracts';
import type { Clock } from '@rig/kernel';
import { agentIdentity, identityVariables } from '../core/pull-text.js';
import { AttemptFailed, type Workspace } from '../flows/ports.js';
import type { Clone } from './clone.js';

export interface WorkspaceParts {
  readonly git: Git;
  readonly clock: Clock;
  readonly clone: Clone;
  readonly brief: TaskBrief;
  readonly folder: string;
  readonly tree: string;
  /** The worktree's own folder inside the clone, learned before the agent could touch anything. */
  readonly treeGitDir: string;
  readonly startSha: string;
  readonly diffBase: string;
  readonly branchSha: string | undefined;
}

const PUSH_TRIES = 3;

export const createWorkspace = (parts: WorkspaceParts): Workspace => {
  const { git, clock, clone, brief, tree, treeGitDir, startSha, branchSha } = parts;
  const inBare: GitRun = { cwd: clone.gitDir };
  const branch = `refs/heads/${brief.branch}`;

  /** Git on the worktree, by paths that nothing inside the worktree can bend. */
  const onTree = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> =>
    git.run([`--git-dir=${treeGitDir}`, `--work-tree=${tree}`, ...args], { cwd: tree, env });

  const straighten = async (): Promise<void> => {
    await clone.restore();
    await writeFile(join(treeGitDir, 'commondir'), '../..\n');
    await rm(join(treeGitDir, 'config.worktree'), { force: true });
    await rm(join(treeGitDir, 'index.lock'), { force: true });
  };

  const treeOf = (sha: string): Promise<string> => git.run(['rev-parse', `${sha}^{tree}`], inBare);

  const commit: Workspace['commit'] = async (message, agent) => {
    await straighten();
    const env = identityVariables(agentIdentity(agent));
    await onTree(['add', '--all', '--', '.'], env);
    const staged = await onTree(['diff', '--cached', '--name-only'], env);
    if (staged !== '') await onTree(['commit', '--quiet', '--no-verify', '--message', message], env);
    const headSha = (await onTree(['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
    const grown = await git.try(['merge-base', '--is-ancestor', startSha, headSha], inBare);
    if (!grown.ok) throw new AttemptFailed('RESULT_INVALID', `the commits do not stand on ${startSha}`);
    return { headSha, changed: (await treeOf(headSha)) !== (await treeOf(startSha)) };
  };

  const remoteSha = async (token: TaskToken): Promise<string | undefined> => {
    const listed = await git.try(['ls-remote', '--refs', '--', token.cloneUrl, branch], {
      ...inBare,
      credentials: { url: token.cloneUrl, token: token.token },
    });
    return listed.ok ? listed.value.split('\t')[0] : undefined;
  };

  /** An earlier attempt that pushed the very same content before it was lost: its commit stays the head. */
  const pushedBefore = async (headSha: string): Promise<boolean> => {
    if (branchSha === undefined || brief.kind !== 'implement') return false;
    const parent = await git.try(['rev-parse', '--verify', '--quiet', `${branchSha}^`], inBare);
    return parent.ok && parent.value.trim() === startSha && (await treeOf(branchSha)) === (await treeOf(headSha));
  };

  const push: Workspace['push'] = async (headSha, token) => {
    if (branchSha !== undefined && (await pushedBefore(headSha))) return branchSha;
    await straighten();
    const lease = `--force-with-lease=${branch}:${branchSha ?? ''}`;
    for (let n = 1; ; n++) {
      const pushed = await git.try(
        ['push', '--quiet', '--no-verify', lease, '--', token.cloneUrl, `${headSha}:${branch}`],
        { ...inBare, credentials: { url: token.cloneUrl, token: token.token } },
      );
      // An answer that got lost: the branch itself says whether the push arrived.
      if (pushed.ok || (await remoteSha(token)) === headSha) return headSha;
      const final = /stale info|rejected|403|401|not found/i.test(pushed.refusal.stderr);
      if (final || n === PUSH_TRIES) throw new AttemptFailed('PUSH_REFUSED', pushed.refusal.message);
      await clock.sleep(500 * n);
    }
  };

  return {
    tree,
    folder: parts.folder,
    startSha,
    diffBase: parts.diffBase,
    commit,
    push,
    diff: () =>
      git.run(
        [
          'diff',
          '--no-color',
          '--no-ext-diff',
          '--no-textconv',
          '--no-renames',
          '--no-prefix',
          '--unified=3',
          parts.diffBase,
          startSha,
        ],
        inBare,
      ),
    close: async () => {
      await rm(parts.folder, { recursive: true, force: true });
      await clone.locked(() => git.run(['worktree', 'prune'], inBare));
    },
  };
};
