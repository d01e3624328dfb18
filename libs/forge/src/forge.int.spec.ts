import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import {
  appId,
  privateKey,
  sha,
  startFakeGithub,
  wireIssue,
  wirePull,
  type FakeGithub,
} from './testing/fake-github.fixture.spec.js';
import type { Forge } from './forge.js';

const repo = 'acme/greeter';
const base = '/repos/acme/greeter';
const app = { appId, privateKey };

let github: FakeGithub;
let forge: Forge;

beforeEach(async () => {
  github = await startFakeGithub();
  forge = createForge({ apiUrl: github.url, app });
});
afterEach(() => github.close());

describe('merging', () => {
  const merge = () => forge.mergeSquash(repo, 8, sha('a'), 'feat: greet (#8)', 'Closes #7');
  const path = `${base}/pulls/8/merge`;

  it('squashes with the head’s sha', async () => {
    github.on('PUT', path, { body: { sha: sha('c'), merged: true, message: 'merged' } });
    expect(await merge()).toEqual({ status: 'merged', mergeCommit: sha('c') });
    expect(github.seen('PUT', path)[0]?.body).toEqual({
      merge_method: 'squash',
      sha: sha('a'),
      commit_title: 'feat: greet (#8)',
      commit_message: 'Closes #7',
    });
  });

  it.each([
    [409, 'HEAD_MOVED'],
    [405, 'NOT_MERGEABLE'],
    [403, 'NOT_ALLOWED'],
    [422, 'NOT_ALLOWED'],
  ])('takes %i for %s', async (status, code) => {
    github.on('PUT', path, { status, body: { message: 'no' } });
    github.on('GET', `${base}/pulls/8`, { body: wirePull() });
    expect(await merge()).toMatchObject({ status: 'refused', code });
  });

  it.each([
    ['the connection broke', { hangUp: true }],
    ['the forge stumbled', { status: 502 }],
    ['an earlier try did it', { status: 405, body: { message: 'Pull Request is not mergeable' } }],
  ])('looks at the pull request when %s', async (_, answer) => {
    github.on('PUT', path, answer);
    github.on('GET', `${base}/pulls/8`, {
      body: wirePull({ merged: true, state: 'closed', merge_commit_sha: sha('c') }),
    });
    expect(await merge()).toEqual({ status: 'merged', mergeCommit: sha('c') });
    expect(github.seen('PUT', path)).toHaveLength(1);
  });

  it('leaves it to the caller to try again when the outcome is unknown and nothing is merged', async () => {
    github.on('PUT', path, { hangUp: true });
    github.on('GET', `${base}/pulls/8`, { body: wirePull() });
    await expect(merge()).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE', kind: 'retryable' });
  });
});

describe('the rest', () => {
  it('comments once under one key', async () => {
    const comments: { body: unknown }[] = [];
    github.on('GET', `${base}/issues/7/comments`, () => ({ body: comments }));
    github.on('POST', `${base}/issues/7/comments`, ({ body }) => {
      comments.push({ body: body['body'] });
      return { status: 201, body: {} };
    });
    await forge.comment(repo, 7, 'Blocked.', 'event-1');
    await forge.comment(repo, 7, 'Blocked.', 'event-1');
    await forge.comment(repo, 7, 'Again.');
    expect(comments.map(({ body }) => body)).toEqual(['Blocked.\n\n<!-- rig:event-1 -->', 'Again.']);
  });

  it('lists issues without pull requests, and repositories of every live installation', async () => {
    github.on('GET', `${base}/issues`, { body: [wireIssue(1), wireIssue(2, { pull_request: {} })] });
    expect((await forge.listIssues(repo, '2026-03-01T00:00:00.000Z')).map(({ number }) => number)).toEqual([1]);
    await forge.listIssues(repo);
    const asked = github.seen('GET', `${base}/issues`).map(({ query }) => [query.get('state'), query.get('since')]);
    expect(asked).toEqual([
      ['all', '2026-03-01T00:00:00.000Z'],
      ['open', null],
    ]);
    github.on('GET', '/app/installations', { body: [{ id: 7 }, { id: 8, suspended_at: '2026-01-01T00:00:00Z' }] });
    github.on('GET', '/installation/repositories', { body: { total_count: 1, repositories: [{ full_name: repo }] } });
    expect(await forge.repositories()).toEqual([repo]);
  });

  it('knows a person’s permission, also in a role of the organisation’s own', async () => {
    github.on('GET', `${base}/collaborators/{login}/permission`, (_, [login]) =>
      login === 'ada'
        ? { body: { permission: 'write', role_name: 'maintain' } }
        : login === 'bob'
          ? { body: { permission: 'read', role_name: 'Auditor' } }
          : { status: 404, body: { message: 'Not Found' } },
    );
    const asked = await Promise.all(['ada', 'bob', 'rig-author[bot]'].map((login) => forge.permission(repo, login)));
    expect(asked).toEqual(['maintain', 'read', 'none']);
  });

  it('tells deliveries that no attempt has brought through, with ids beyond 2⁵³', async () => {
    const at = '2026-03-02T09:30:00Z';
    github.on('GET', '/app/hook/deliveries', {
      body: [
        { id: 5, guid: 'g1', delivered_at: at, status_code: 202 },
        { id: 4, guid: 'g2', delivered_at: at, status_code: 502 },
        { id: 3, guid: 'g1', delivered_at: at, status_code: 0 },
        { id: 2, guid: 'g2', delivered_at: at, status_code: 500 },
        { id: 1, guid: 'g3', delivered_at: '2026-03-01T00:00:00Z', status_code: 500 },
      ],
    });
    expect(await forge.deliveries('2026-03-02T00:00:00.000Z')).toEqual([
      { id: '5', guid: 'g1', arrived: true },
      { id: '4', guid: 'g2', arrived: false },
    ]);
    github.on('POST', '/app/hook/deliveries/{id}/attempts', { status: 202, body: {} });
    await forge.redeliver('180361245664665601');
    expect(github.seen('POST', '/app/hook/deliveries/180361245664665601/attempts')).toHaveLength(1);
  });
});
