import { access, appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, systemClock } from '@rig/kernel';
import { briefOf, createLocalForge, type LocalForge } from '../testing/local-forge.fixture.spec.js';
import { withFileLock } from './file-lock.js';
import { clearLeftovers } from './leftovers.js';
import { createWorkspaces } from './workspaces.js';

const template = join(dirname(fileURLToPath(import.meta.url)), '../../../cli/templates/greeter');
const never = new AbortController().signal;
let local: LocalForge;

beforeEach(async () => {
  local = await createLocalForge(template);
  await mkdir(local.work);
});
afterEach(() => local.remove());

const workspaces = (worker = 'dev-e-1-0') =>
  createWorkspaces({ git: local.git, clock: systemClock, root: local.work, worker });
const open = (change = {}, worker?: string) => workspaces(worker).open(briefOf(change), local.token, never);
const shaOf = async (name: string): Promise<string> => (await local.bare('rev-parse', name)).trim();

/** A pushed attempt; resolves to what the branch is at. */
const pushed = async (text: string, change = {}): Promise<string> => {
  const workspace = await open(change);
  await writeFile(join(workspace.tree, 'src/new.js'), text);
  const { headSha } = await workspace.commit('feat: new\n\nRig-Task: x\n', 'dev-e-1');
  const sha = await workspace.push(headSha, local.token);
  await workspace.close();
  return sha;
};

describe('a worktree', () => {
  it('starts at the default branch, and what is left uncommitted is committed as the agent and pushed', async () => {
    const sha = await pushed('export const x = 1;\n');
    expect(await shaOf('rig/issue-7-slugify')).toBe(sha);
    const shown = await local.bare('show', '--no-patch', '--format=%an <%ae>%n%cn%n%B', sha);
    expect(shown).toContain('dev-e-1 <dev-e-1@agents.rig.invalid>\ndev-e-1\nfeat: new\n\nRig-Task: x');
    expect(await shaOf(`${sha}^`)).toBe(await shaOf('main'));
  });

  it('leaves nothing behind', async () => {
    await pushed('x');
    expect(await readdir(join(local.work, 'attempts/dev-e-1-0'))).toEqual([]);
    const clone = join(local.work, 'repos/acme/greeter.git');
    expect(await local.git.run(['worktree', 'list'], { cwd: clone })).not.toContain('attempts');
  });

  it('notices that nothing changed', async () => {
    const workspace = await open();
    expect(await workspace.commit('feat: nothing', 'dev-e-1')).toEqual({
      headSha: workspace.startSha,
      changed: false,
    });
  });

  it('takes commits that the agent made itself, and refuses a rewritten past', async () => {
    const workspace = await open();
    const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
    await writeFile(join(workspace.tree, 'own'), 'own');
    await local.git.run(['add', 'own'], { cwd: workspace.tree });
    await local.git.run(['commit', '-q', '-m', 'feat: own'], { cwd: workspace.tree, env });
    const { headSha, changed } = await workspace.commit('feat: unused', 'dev-e-1');
    expect(changed).toBe(true);
    expect(await local.git.run(['log', '-1', '--format=%s', headSha], { cwd: workspace.tree })).toBe('feat: own\n');
    await local.git.run(['commit', '-q', '--amend', '-m', 'new root'], { cwd: workspace.tree, env });
    await local.git.run(['checkout', '-q', '--orphan', 'other'], { cwd: workspace.tree });
    await expect(workspace.commit('feat: orphan', 'dev-e-1')).rejects.toMatchObject({ code: 'RESULT_INVALID' });
  });

  it('of a later attempt replaces the branch of the earlier one, unless it made the very same', async () => {
    const first = await pushed('one\n');
    expect(await pushed('one\n', { attempt: 2 })).toBe(first);
    const second = await pushed('two\n', { attempt: 3 });
    expect(await shaOf('rig/issue-7-slugify')).toBe(second);
    expect(second).not.toBe(first);
  });

  it('does not overwrite what someone else pushed in between', async () => {
    const workspace = await open();
    await writeFile(join(workspace.tree, 'a'), 'a');
    const { headSha } = await workspace.commit('feat: a', 'dev-e-1');
    await local.bare('update-ref', 'refs/heads/rig/issue-7-slugify', 'main');
    await expect(workspace.push(headSha, local.token)).rejects.toMatchObject({ code: 'PUSH_REFUSED' });
  });

  it('of a fix starts at the tip of the branch, of a review at the reviewed commit, with the diff of both', async () => {
    const head = await pushed('export const x = 1;\n');
    const pull = { number: 9, title: '', body: '', headSha: head, baseRef: 'main', round: 1 };
    const fix = await open({ kind: 'fix-ci', pull });
    expect([fix.startSha, fix.diffBase]).toEqual([head, await shaOf('main')]);
    await fix.close();
    const review = await open({ kind: 'review', pull });
    expect(await review.diff()).toContain('+++ src/new.js\n@@ -0,0 +1 @@\n+export const x = 1;');
    await review.close();
    const gone = open({ kind: 'review', pull: { ...pull, headSha: 'f'.repeat(40) } });
    await expect(gone).rejects.toMatchObject({ code: 'HEAD_GONE' });
  });

  it('refuses names that are syntax', async () => {
    await expect(open({ branch: '--upload-pack=x' })).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });

  it('says why when the repository cannot be fetched', async () => {
    const token = { ...local.token, cloneUrl: 'file:///nowhere/not-found.git' };
    await expect(workspaces().open(briefOf(), token, never)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('runs nothing that the agent wrote into the clone', async () => {
    const workspace = await open();
    const clone = join(local.work, 'repos/acme/greeter.git');
    const trap = `touch ${local.folder}/trapped; cat`;
    await appendFile(join(clone, 'config'), `[filter "t"]\n\tclean = "${trap}"\n[core]\n\tsshCommand = "${trap}"\n`);
    await writeFile(join(workspace.tree, '.gitattributes'), '* filter=t\n');
    await writeFile(join(workspace.tree, 'a'), 'a');
    const { headSha } = await workspace.commit('feat: a', 'dev-e-1');
    await workspace.push(headSha, local.token);
    await expect(access(join(local.folder, 'trapped'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(clone, 'config'), 'utf8')).not.toContain('filter');
  });

  it('keeps the token out of every file', async () => {
    const filesWithToken = async (): Promise<readonly string[]> => {
      const entries = await readdir(local.work, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const texts = await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const));
      return texts.flatMap(([file, text]) => (text.includes(local.token.token) ? [file] : []));
    };
    const workspace = await open();
    await writeFile(join(workspace.tree, 'a'), 'a');
    const { headSha } = await workspace.commit('feat: a', 'dev-e-1');
    await workspace.push(headSha, local.token);
    expect(await filesWithToken()).toEqual([]);
    const planted = join(local.work, 'repos/acme/greeter.git/planted');
    await writeFile(planted, local.token.token);
    expect(await filesWithToken()).toEqual([planted]);
    await workspace.close();
  });
});

describe('several workers of one machine', () => {
  it('share one clone', async () => {
    const brief = (n: number) => ({ taskId: `0197f3a0-0000-8000-8000-00000000000${n}`, branch: `rig/issue-${n}-x` });
    const made = await Promise.all([1, 2, 3, 4].map((n) => open(brief(n), `dev-e-${n}-0`)));
    expect(new Set(made.map(({ tree }) => tree)).size).toBe(4);
    await Promise.all(made.map((workspace) => workspace.close()));
    expect(await readdir(join(local.work, 'repos/acme'))).toEqual(['greeter.git']);
  });

  it('take the lock of a dead one away, and never hold it together', async () => {
    const path = join(local.work, 'lock');
    await writeFile(path, 'dead');
    let inside = 0;
    let most = 0;
    const work = (): Promise<void> =>
      withFileLock({ path, clock: systemClock, staleMs: 200 }, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
  });
});

describe('a worker that starts after a crash', () => {
  it('removes the worktrees it left and can work the same task again', async () => {
    const left = await open();
    await open({ taskId: '0197f3a0-0000-8000-8000-000000000002' }, 'other-0');
    await clearLeftovers({
      root: local.work,
      worker: 'dev-e-1-0',
      git: local.git,
      clock: systemClock,
      logger: silentLogger,
    });
    await expect(access(left.folder)).rejects.toThrow('ENOENT');
    expect(await readdir(join(local.work, 'attempts/other-0'))).toHaveLength(1);
    await (await open()).close();
  });
});
