import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createForge,
  createTokenMinter,
  createWorkerForge,
  type Forge,
  type ForgePull,
  type TokenMinter,
  type WorkerForge,
} from '@rig/forge';
import { eventually } from '@rig/testkit';
import { branch, repo, startDevForge } from './testing/dev-forge-process.fixture.spec.js';

/** The client that talks to GitHub, against this forge as a process of its own: one pull request from issue to merge. */

let devForge: Awaited<ReturnType<typeof startDevForge>>;
let forge: Forge;
let minter: TokenMinter;
let pull: ForgePull;

const workerAs = async (role: 'author' | 'reviewer'): Promise<{ token: string; worker: WorkerForge }> => {
  const { token } = await minter.mint(repo, role);
  return { token, worker: createWorkerForge({ apiUrl: devForge.url, token }) };
};

beforeAll(async () => {
  devForge = await startDevForge();
  const { url: apiUrl, app } = devForge;
  forge = createForge({ apiUrl, app: await app(1, 'conductor') });
  minter = createTokenMinter({ apiUrl, apps: { author: await app(2, 'author'), reviewer: await app(3, 'reviewer') } });
});

afterAll(() => devForge.stop());

describe('the GitHub client against dev-forge', () => {
  it('sees the repository and who may do what', async () => {
    expect(await forge.repositories()).toEqual([repo]);
    expect(await forge.defaultBranch(repo)).toBe('main');
    expect(await forge.permission(repo, 'ada')).toBe('maintain');
    expect(await forge.permission(repo, 'stranger')).toBe('none');
    expect(forge.rateBudget()?.limit).toBe(5_000);
  });

  it('reads issues, labels them and comments once', async () => {
    await devForge.asAda(`/repos/${repo}/issues`, {
      title: 'Greet by name',
      body: 'Say hello.',
      labels: ['agent-ready'],
    });
    expect(await forge.issue(repo, 1)).toMatchObject({
      title: 'Greet by name',
      author: 'ada',
      labels: ['agent-ready'],
    });
    await forge.addLabels(repo, 1, ['P1']);
    await forge.comment(repo, 1, 'Taken.', 'event-1');
    await forge.comment(repo, 1, 'Taken.', 'event-1');
    const [issue] = await forge.listIssues(repo, '2020-01-01T00:00:00.000Z');
    expect(issue?.labels).toEqual(expect.arrayContaining(['agent-ready', 'P1']));
    expect(await forge.issue(repo, 99)).toBeUndefined();
  });

  it('opens a pull request as the author’s App, once', async () => {
    const { token, worker } = await workerAs('author');
    await devForge.pushWork(token);
    const input = { title: 'feat: greet by name', body: 'Closes #1', head: branch, base: 'main', draft: true };
    pull = await worker.createPull(repo, input);
    expect(pull).toMatchObject({
      author: 'rig-author[bot]',
      draft: true,
      merged: false,
      mergeCommit: null,
      headRepo: repo,
    });
    expect((await worker.createPull(repo, input)).number).toBe(pull.number);
    expect((await worker.findPull(repo, branch))?.number).toBe(pull.number);
    await worker.markReady(pull.nodeId);
    expect((await worker.pull(repo, pull.number))?.draft).toBe(false);
    const own = { headSha: pull.headSha, verdict: 'approve' as const, body: 'Fine.', comments: [] };
    await expect(worker.review(repo, pull.number, own)).rejects.toMatchObject({ code: 'FORGE_REFUSED' });
  });

  it('reviews as the reviewer’s App, and resolves its thread', async () => {
    const { worker } = await workerAs('reviewer');
    const { number, headSha } = pull;
    const comments = [{ path: 'src/greet.js', line: 1, body: 'Document this.' }];
    const asked = await worker.review(repo, number, {
      headSha,
      verdict: 'request-changes',
      body: 'One thing.',
      comments,
    });
    expect(asked).toMatchObject({ by: 'rig-reviewer[bot]', state: 'changes-requested', headSha });
    const [thread] = await forge.threads(repo, number);
    expect(thread).toMatchObject({ resolved: false, path: 'src/greet.js', line: 1, by: 'rig-reviewer[bot]' });
    await worker.resolveThread(thread?.id ?? '');
    await worker.reply(repo, number, 'Resolved.');
    await worker.review(repo, number, { headSha, verdict: 'approve', body: 'Good.', comments: [] });
  });

  it('shows everything that the merge gate asks', async () => {
    await eventually(async () => {
      const checks = await forge.checks(repo, pull.headSha);
      expect(checks).toEqual([expect.objectContaining({ name: 'test', source: 'check-run', state: 'passed' })]);
    });
    const view = await forge.pullView(repo, pull.number);
    expect(view).toMatchObject({
      pull: { mergeable: true, changedFiles: 1, draft: false },
      requiredChecks: ['test'],
      strict: true,
      behindBy: 0,
      ownedPaths: [{ path: 'src/greet.js', owners: ['@ada'] }],
      threads: [{ resolved: true }],
    });
    expect(view?.reviews.map(({ state }) => state)).toEqual(expect.arrayContaining(['approved']));
  });

  it('merges the head that it saw, and knows its merge again', async () => {
    const merge = (sha: string) => forge.mergeSquash(repo, pull.number, sha, 'feat: greet by name (#2)', 'Closes #1');
    expect(await merge('0'.repeat(40))).toMatchObject({ status: 'refused', code: 'HEAD_MOVED' });
    const merged = await merge(pull.headSha);
    expect(merged).toEqual({ status: 'merged', mergeCommit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await merge(pull.headSha)).toEqual(merged);
    await eventually(async () => expect(await forge.issue(repo, 1)).toMatchObject({ state: 'closed' }));
  });

  it('ends a task’s token', async () => {
    const { token, worker } = await workerAs('author');
    expect(await worker.pull(repo, pull.number)).toMatchObject({ merged: true });
    await minter.revoke(token);
    await expect(worker.pull(repo, pull.number)).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED' });
    await minter.revoke(token);
  });

  it('signs its deliveries, and sends a failed one again', async () => {
    await eventually(async () => expect(devForge.hook.deliveries.map(({ event }) => event)).toContain('pull_request'));
    expect(devForge.hook.deliveries.every(({ genuine }) => genuine)).toBe(true);
    devForge.hook.refuse = true;
    await forge.closeIssue(repo, 1);
    await forge.addLabels(repo, 1, ['lost']);
    const failed = async () => (await forge.deliveries('2020-01-01T00:00:00.000Z')).filter(({ arrived }) => !arrived);
    await eventually(async () => expect((await failed()).length).toBeGreaterThan(0));
    devForge.hook.refuse = false;
    for (const { id } of await failed()) await forge.redeliver(id);
    await eventually(async () => expect(await failed()).toEqual([]));
  });
});
