import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import { createTokenMinter } from './create-token-minter.js';
import { appId, privateKey, sha, startFakeGithub, wireIssue, wirePull, type FakeGithub } from './fake-github.spec.js';
import type { Forge } from './forge.js';
import type { ForgeLimits } from './options.js';

const repo = 'acme/greeter';
const base = '/repos/acme/greeter';
const app = { appId, privateKey };

let github: FakeGithub;
let forge: Forge;
const forgeWith = (limits: Partial<ForgeLimits>): Forge => createForge({ apiUrl: github.url, app, limits });

beforeEach(async () => {
  github = await startFakeGithub();
  forge = createForge({ apiUrl: github.url, app });
});
afterEach(() => github.close());

const threadsPage = (nodes: readonly unknown[], hasNextPage = false): unknown => ({
  data: { repository: { pullRequest: { reviewThreads: { pageInfo: { hasNextPage, endCursor: 'c1' }, nodes } } } },
});
const thread = (id: string, isResolved: boolean, author: unknown): unknown => ({
  id,
  isResolved,
  path: 'src/greet.js',
  line: 3,
  comments: { nodes: [{ body: 'Document this.', author }] },
});

describe('identity', () => {
  it('asks for a token for the one repository and keeps it', async () => {
    github.installed.permissions = { administration: 'read', checks: 'write', metadata: 'read' };
    github.on('GET', `${base}/issues/{n}`, (_, [n]) => ({ body: wireIssue(Number(n)) }));
    await Promise.all([forge.issue(repo, 1), forge.issue(repo, 2), forge.issue('acme/Greeter', 1)]);
    expect([...github.tokens.values()]).toEqual([
      {
        repositories: ['greeter'],
        permissions: {
          metadata: 'read',
          contents: 'write',
          issues: 'write',
          pull_requests: 'write',
          administration: 'read',
          checks: 'read',
        },
      },
    ]);
    expect(github.seen('GET', `${base}/installation`)).toHaveLength(1);
  });

  it('replaces a token before it ends', async () => {
    github.installed.tokenLastsMs = 4 * 60_000;
    github.on('GET', `${base}/issues/1`, { body: wireIssue(1) });
    await forge.issue(repo, 1);
    await forge.issue(repo, 1);
    expect(github.tokens.size).toBe(2);
  });

  it('replaces a token that the forge no longer knows', async () => {
    github.on('GET', `${base}/issues/1`, { body: wireIssue(1) });
    await forge.issue(repo, 1);
    github.tokens.clear();
    expect(await forge.issue(repo, 1)).toMatchObject({ number: 1 });
  });

  it('says when the App is not installed, and never calls on without a token', async () => {
    await expect(forge.issue('acme/elsewhere', 1)).rejects.toMatchObject({
      code: 'FORGE_NOT_INSTALLED',
      kind: 'terminal',
    });
    expect(github.requests.map(({ path }) => path)).toEqual(['/repos/acme/elsewhere/installation']);
  });

  it('refuses a key that is none without showing it', () => {
    expect(() => createForge({ apiUrl: github.url, app: { appId, privateKey: 'sesame' } })).toThrow(
      expect.objectContaining({ code: 'FORGE_APP_KEY_INVALID', message: expect.not.stringContaining('sesame') }),
    );
  });

  it('refuses a name that is no repository before anything is sent', async () => {
    await expect(forge.issue('../../app', 1)).rejects.toMatchObject({ code: 'FORGE_REPO_INVALID' });
    expect(github.requests).toHaveLength(0);
  });

  it('mints a token of its own for every task, with the least its role needs', async () => {
    const minter = createTokenMinter({ apiUrl: github.url, apps: { author: app, reviewer: app } });
    const first = await minter.mint(repo, 'author');
    const second = await minter.mint(repo, 'reviewer');
    expect(first.token).not.toBe(second.token);
    expect(first.login).toBe('rig-conductor[bot]');
    expect([...github.tokens.values()]).toEqual([
      { repositories: ['greeter'], permissions: { metadata: 'read', contents: 'write', pull_requests: 'write' } },
      { repositories: ['greeter'], permissions: { metadata: 'read', contents: 'read', pull_requests: 'write' } },
    ]);
    github.on('DELETE', '/installation/token', (request) => {
      github.tokens.delete(request.headers.authorization?.slice('token '.length) ?? '');
      return { status: 204 };
    });
    await minter.revoke(first.token);
    await minter.revoke(first.token);
    expect(github.tokens.size).toBe(1);
  });
});

describe('asking', () => {
  it('reads an unchanged object for a 304', async () => {
    github.on('GET', `${base}/issues/7`, ({ headers }) =>
      headers['if-none-match'] === '"v1"'
        ? { status: 304, headers: { etag: '"v1"' } }
        : { headers: { etag: '"v1"' }, body: wireIssue(7) },
    );
    const first = await forge.issue(repo, 7);
    expect(await forge.issue(repo, 7)).toEqual(first);
    expect(first).toMatchObject({
      author: 'ghost',
      body: '',
      labels: ['agent-ready', 'P1'],
      createdAt: '2026-03-02T09:30:00.000Z',
    });
    expect(github.seen('GET', `${base}/issues/7`)[1]?.headers['if-none-match']).toBe('"v1"');
  });

  it('answers undefined for what is gone, is a pull request, or moved away', async () => {
    github.on('GET', `${base}/issues/2`, { body: wireIssue(2, { pull_request: {} }) });
    github.on('GET', `${base}/issues/3`, { status: 410, body: { message: 'This issue was deleted' } });
    github.on('GET', `${base}/issues/4`, { body: wireIssue(40) });
    const found = await Promise.all([1, 2, 3, 4].map((number) => forge.issue(repo, number)));
    expect(found).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('shows the rate budget and waits for its reset', async () => {
    expect(forge.rateBudget()).toBeUndefined();
    const reset = Math.ceil(Date.now() / 1000) + 1;
    github.on('GET', `${base}/issues/7`, () => ({
      headers: {
        'x-ratelimit-limit': '60',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': 'core',
      },
      body: wireIssue(7),
    }));
    await forge.issue(repo, 7);
    expect(forge.rateBudget()).toEqual({ limit: 60, remaining: 0, resetAt: new Date(reset * 1000).toISOString() });
    await forge.issue(repo, 7);
    expect(Date.now()).toBeGreaterThanOrEqual(reset * 1000 - 5);
  });

  it.each([
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3_000) }],
    [429, { 'retry-after': '3000' }],
    [403, { 'retry-after': '3000' }],
  ])('stops at a rate limit (%i) instead of hammering', async (status, headers) => {
    github.on('GET', `${base}/issues/7`, { status, headers, body: { message: 'API rate limit exceeded' } });
    const refused = expect.objectContaining({ code: 'FORGE_RATE_LIMITED', kind: 'retryable' });
    await expect(forge.issue(repo, 7)).rejects.toEqual(refused);
    await expect(forge.issue(repo, 7)).rejects.toEqual(refused);
    expect(github.seen('GET', `${base}/issues/7`)).toHaveLength(1);
  });

  it.each([
    [403, 'FORGE_FORBIDDEN', 'terminal'],
    [409, 'FORGE_CONFLICT', 'retryable'],
    [422, 'FORGE_REFUSED', 'terminal'],
    [501, 'FORGE_NOT_IMPLEMENTED', 'terminal'],
    [502, 'FORGE_UNREACHABLE', 'retryable'],
  ])('turns %i into %s without showing a secret', async (status, code, kind) => {
    const body = { message: `no, not with ghs_${'b'.repeat(36)}` };
    github.on('PATCH', `${base}/issues/7`, { status, body, headers: { 'x-github-request-id': 'R1' } });
    await expect(forge.closeIssue(repo, 7)).rejects.toMatchObject({
      code,
      kind,
      message: `PATCH /repos/{owner}/{repo}/issues/{number} answered ${status}: no, not with [secret]`,
      details: { status, requestId: 'R1' },
    });
    expect(github.seen('PATCH', `${base}/issues/7`)).toHaveLength(1);
  });

  it('tries a read again after a passing fault', async () => {
    let tries = 0;
    github.on('GET', `${base}/issues/7`, () => {
      tries += 1;
      return tries === 1 ? { hangUp: true } : tries === 2 ? { status: 502 } : { body: wireIssue(7) };
    });
    expect(await forge.issue(repo, 7)).toMatchObject({ number: 7 });
  });

  it('gives up at the deadline', async () => {
    github.on('GET', `${base}/issues/7`, { silent: true });
    await expect(forgeWith({ deadlineMs: 200 }).issue(repo, 7)).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      details: { reason: 'timeout' },
    });
  });

  it('names the field that an answer lacks', async () => {
    github.on('GET', `${base}/issues/7`, { body: wireIssue(7, { title: null }) });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({
      code: 'FORGE_ANSWER_MISFIT',
      details: { field: 'title' },
    });
  });

  it('does not deadlock when more repositories wait for tokens than calls may run', async () => {
    github.on('GET', '/repos/acme/{repo}/issues/1', { body: wireIssue(1) });
    const narrow = forgeWith({ maxConcurrent: 1 });
    const found = await Promise.all(['a', 'b', 'c', 'd'].map((name) => narrow.issue(`acme/${name}`, 1)));
    expect(found).toHaveLength(4);
  });
});

describe('a pull request’s view', () => {
  const whole = (): void => {
    github.on('GET', `${base}/pulls/8`, { body: wirePull() });
    github.on('GET', `${base}/pulls/8/reviews`, ({ query }) => {
      const state = query.get('page') === '2' ? 'APPROVED' : 'CHANGES_REQUESTED';
      const submitted = { user: { login: 'bob' }, body: '', commit_id: sha('a'), submitted_at: '2026-03-02T09:31:00Z' };
      return {
        headers: query.get('page') === '2' ? {} : { link: `<https://evil.test/x?page=2>; rel="next"` },
        body: [
          { id: query.get('page') === '2' ? 2 : 1, state, ...submitted },
          { id: 3, state: 'PENDING', user: null, commit_id: null },
        ],
      };
    });
    github.on('POST', '/graphql', ({ body }) => {
      const after = JSON.stringify(body['variables']).includes('"after":"c1"');
      const bot = { __typename: 'Bot', login: 'rig-reviewer' };
      return { body: after ? threadsPage([thread('T2', true, null)]) : threadsPage([thread('T1', false, bot)], true) };
    });
    github.on('GET', `${base}/commits/${sha('a')}/check-runs`, {
      body: {
        total_count: 2,
        check_runs: [
          {
            id: 901,
            name: 'test',
            status: 'completed',
            conclusion: 'timed_out',
            output: { title: 'Tests', summary: '1 failed' },
          },
          { id: 902, name: 'lint', status: 'in_progress', conclusion: null, output: null },
        ],
      },
    });
    github.on('GET', `${base}/commits/${sha('a')}/status`, {
      body: { state: 'success', statuses: [{ id: 5, context: 'ci/deploy', state: 'success', description: null }] },
    });
    github.on('GET', `${base}/branches/main/protection/required_status_checks`, {
      body: { strict: false, contexts: ['test'], checks: [{ context: 'test', app_id: 1 }] },
    });
    github.on('GET', `${base}/rules/branches/main`, {
      body: [
        { type: 'deletion' },
        {
          type: 'required_status_checks',
          parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'lint' }] },
        },
      ],
    });
    github.on('GET', `${base}/compare/main...${sha('a')}`, { body: { behind_by: 2, ahead_by: 1 } });
    github.on('GET', `${base}/contents/CODEOWNERS`, {
      body: { content: 'c3JjLyBAYWRhIEBhY21lL2Nv\ncmUK\n', encoding: 'base64' },
    });
    github.on('GET', `${base}/pulls/8/files`, {
      body: [{ filename: 'lib/a.js', previous_filename: 'src/a.js' }, { filename: 'README.md' }],
    });
  };

  it('holds everything that the merge gate asks', async () => {
    whole();
    const view = await forge.pullView(repo, 8);
    expect(view).toMatchObject({
      pull: { mergeCommit: null, body: '', headRepo: repo, updatedAt: '2026-03-02T09:30:00.000Z' },
      requiredChecks: ['lint', 'test'],
      strict: true,
      behindBy: 2,
      ownedPaths: [{ path: 'src/a.js', owners: ['@ada', '@acme/core'] }],
    });
    expect(view?.reviews.map(({ id, state }) => [id, state])).toEqual([
      ['1', 'changes-requested'],
      ['2', 'approved'],
    ]);
    expect(view?.threads.map(({ id, resolved, by }) => [id, resolved, by])).toEqual([
      ['T1', false, 'rig-reviewer[bot]'],
      ['T2', true, 'ghost'],
    ]);
    expect(view?.checks).toEqual([
      {
        name: 'test',
        source: 'check-run',
        runId: '901',
        state: 'failed',
        conclusion: 'timed_out',
        summary: 'Tests\n1 failed',
      },
      { name: 'lint', source: 'check-run', runId: '902', state: 'pending', conclusion: null, summary: '' },
      { name: 'ci/deploy', source: 'status', runId: '5', state: 'passed', conclusion: 'success', summary: '' },
    ]);
  });

  it('has no required checks where there is neither protection nor a ruleset', async () => {
    whole();
    github.on('GET', `${base}/branches/main/protection/required_status_checks`, {
      status: 404,
      body: { message: 'Branch not protected' },
    });
    github.on('GET', `${base}/rules/branches/main`, { status: 403, body: { message: 'Upgrade to GitHub Pro' } });
    github.on('GET', `${base}/contents/CODEOWNERS`, { status: 404, body: { message: 'Not Found' } });
    expect(await forge.pullView(repo, 8)).toMatchObject({ requiredChecks: [], strict: false, ownedPaths: [] });
  });

  it('reads the required checks off the branch where protection may not be read', async () => {
    whole();
    github.on('GET', `${base}/branches/main/protection/required_status_checks`, {
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
    github.on('GET', `${base}/branches/main`, {
      body: { protection: { required_status_checks: { contexts: ['build'] } } },
    });
    expect(await forge.pullView(repo, 8)).toMatchObject({ requiredChecks: ['build', 'lint'] });
  });

  it('is refused rather than cut when a listing has no end', async () => {
    whole();
    github.on('GET', `${base}/pulls/8/files`, ({ query }) => ({
      headers: { link: `<${github.url}${base}/pulls/8/files?page=${Number(query.get('page') ?? 1) + 1}>; rel="next"` },
      body: [{ filename: 'a' }],
    }));
    await expect(forge.pullView(repo, 8)).rejects.toMatchObject({ code: 'FORGE_TOO_MUCH', kind: 'terminal' });
  });

  it('explains GraphQL’s errors, which come with a 200', async () => {
    whole();
    github.on('POST', '/graphql', {
      body: { data: null, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve' }] },
    });
    await expect(forge.threads(repo, 8)).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
    github.on('POST', '/graphql', { body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] } });
    await expect(forge.threads(repo, 8)).rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED' });
  });
});

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

  it('lists open issues without pull requests, and repositories of every live installation', async () => {
    github.on('GET', `${base}/issues`, { body: [wireIssue(1), wireIssue(2, { pull_request: {} })] });
    expect((await forge.openIssues(repo, '2026-03-01T00:00:00.000Z')).map(({ number }) => number)).toEqual([1]);
    expect(github.seen('GET', `${base}/issues`)[0]?.query.get('since')).toBe('2026-03-01T00:00:00.000Z');
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

  it('finds deliveries that no attempt has brought through, with ids beyond 2⁵³', async () => {
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
    expect(await forge.failedDeliveries('2026-03-02T00:00:00.000Z')).toEqual([{ id: '4', guid: 'g2' }]);
    github.on('POST', '/app/hook/deliveries/{id}/attempts', { status: 202, body: {} });
    await forge.redeliver('180361245664665601');
    expect(github.seen('POST', '/app/hook/deliveries/180361245664665601/attempts')).toHaveLength(1);
  });
});
