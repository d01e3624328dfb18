import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@rig/testkit';
import { adaToken, startTestForge, type TestForge } from './testing/forge-harness.js';
import { cloneWork, runGitIn } from './testing/work-clone.js';

/** A copy of the folder of a running forge is what a `kill -9` at that moment leaves behind. */

let forge: TestForge;
let token: string;
const repo = '/repos/acme/greeter';

/** The forge of this test goes on from a copy of its own folder; the old one is ended. */
const kill = async (name: string, after?: (root: string) => Promise<void>): Promise<void> => {
  const from = forge.state.root;
  const root = join(forge.folder, name);
  await cp(from, root, { recursive: true });
  await after?.(root);
  await forge.restart(root);
};

beforeAll(async () => {
  forge = await startTestForge({ seed: { rateLimit: 10_000 } });
  token = await forge.token('author');
});

afterAll(() => forge.stop());

describe('after a kill', () => {
  it('everything that was acknowledged is there, tokens and open work included', async () => {
    await forge.call(adaToken, `POST ${repo}/issues`, { title: 'Kept', labels: ['agent-ready'] });
    await forge.call(adaToken, `POST ${repo}/issues/1/comments`, { body: 'A comment.' });
    const work = await cloneWork(forge.folder, forge.state.server.url, token);
    await work.branch('work');
    const sha = await work.commit({ 'src/other.js': 'export const other = 1;\n' }, 'feat: other');
    await work.push('work');
    const input = { title: 'feat: other', body: 'Closes #1', head: 'work', base: 'main' };
    await forge.call(token, `POST ${repo}/pulls`, input);
    await kill('second');
    expect((await forge.call(token, `GET ${repo}/issues/1/comments`)).body).toMatchObject([{ body: 'A comment.' }]);
    expect((await forge.call(token, `GET ${repo}/pulls/2`)).body).toMatchObject({ head: { sha } });
    await eventually(async () => {
      const { body } = await forge.call(token, `GET ${repo}/commits/${sha}/check-runs`);
      expect(body).toMatchObject({ total_count: 1, check_runs: [{ conclusion: 'success' }] });
    });
    expect((await forge.call(adaToken, `POST ${repo}/issues`, { title: 'Next' })).body).toMatchObject({ number: 3 });
  });

  it('a push that git took and nobody noted becomes the pull request’s head', async () => {
    let sha = '';
    await kill('third', async (root) => {
      const bare = join(root, 'repositories/acme/greeter.git');
      const tree = (await runGitIn(bare, 'rev-parse', 'work^{tree}')).output;
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      sha = (await runGitIn(bare, ...identity, 'commit-tree', tree, '-p', 'work', '-m', 'feat: more')).output;
      await runGitIn(bare, 'update-ref', 'refs/heads/work', sha);
    });
    expect((await forge.call(token, `GET ${repo}/pulls/2`)).body).toMatchObject({ head: { sha } });
    await eventually(async () => {
      const pushes = forge.receiver.hooks.filter((hook) => hook.payload['action'] === 'synchronize');
      expect(pushes.map((hook) => hook.payload['after'])).toEqual([sha]);
    });
  });

  it('a merge that was cut off between git and the journal is finished, once', async () => {
    const pull = (await forge.call(token, `GET ${repo}/pulls/2`)).body;
    const { sha } = pull['head'] as { sha: string };
    await eventually(async () => {
      const merged = await forge.call(token, `PUT ${repo}/pulls/2/merge`, { sha, merge_method: 'squash' });
      expect(merged.status).toBe(200);
    });
    const bare = (root: string): string => join(root, 'repositories/acme/greeter.git');
    const tip = (await runGitIn(bare(forge.state.root), 'rev-parse', 'main')).output;
    // The journal goes back to the line that announced the merge: git has it, the rows do not.
    await kill('fourth', (root) => forge.cutJournalAfter(root, '"pendingMerge":{'));
    const after = (await forge.call(token, `GET ${repo}/pulls/2`)).body;
    expect(after).toMatchObject({ merged: true, merge_commit_sha: tip });
    expect((await forge.call(token, `GET ${repo}/issues/1`)).body).toMatchObject({ state: 'closed' });
    expect((await runGitIn(bare(forge.state.root), 'rev-list', '--count', 'main')).output).toBe('2');
  });
});
