import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createWorkerForge } from './create-worker-forge.js';
import { sha, startFakeGithub, wirePull, type FakeGithub } from './testing/fake-github.fixture.spec.js';
import type { WorkerForge } from './forge.js';

const repo = 'acme/greeter';
const base = '/repos/acme/greeter';
const token = `ghs_${'w'.repeat(36)}`;
const head = 'rig/issue-7-greet';
const input = { title: 'feat: greet by name', body: 'Closes #7', head, base: 'main', draft: false };

let github: FakeGithub;
let forge: WorkerForge;

beforeEach(async () => {
  github = await startFakeGithub();
  github.tokens.set(token, {});
  forge = createWorkerForge({ apiUrl: github.url, token });
});
afterEach(() => github.close());

describe('a worker on the forge', () => {
  it('opens a pull request', async () => {
    github.on('POST', `${base}/pulls`, { status: 201, body: wirePull() });
    expect(await forge.createPull(repo, input)).toMatchObject({ number: 8, nodeId: 'PR_8', headRef: head });
    expect(github.requests[0]?.body).toEqual(input);
  });

  it.each([
    [
      'the forge says that there is one',
      { status: 422, body: { message: 'Validation Failed', errors: [{ message: 'A pull request already exists' }] } },
    ],
    ['the answer was lost', { hangUp: true }],
  ])('finds the pull request of an earlier attempt when %s', async (_, answer) => {
    github.on('POST', `${base}/pulls`, answer);
    github.on('GET', `${base}/pulls`, ({ query }) => ({
      body: query.get('head') === `acme:${head}` ? [wirePull()] : [],
    }));
    expect(await forge.createPull(repo, input)).toMatchObject({ number: 8 });
  });

  it('passes on a refusal that has another reason', async () => {
    github.on('POST', `${base}/pulls`, {
      status: 422,
      body: { message: 'No commits between main and rig/issue-7-greet' },
    });
    github.on('GET', `${base}/pulls`, { body: [] });
    await expect(forge.createPull(repo, input)).rejects.toMatchObject({ code: 'FORGE_REFUSED', kind: 'terminal' });
    expect(await forge.findPull(repo, head)).toBeUndefined();
  });

  it('submits a review on the head that it read', async () => {
    const submitted = { id: 11, user: { login: 'rig-reviewer[bot]' }, body: 'b', submitted_at: '2026-03-02T09:31:00Z' };
    github.on('POST', `${base}/pulls/8/reviews`, {
      body: { ...submitted, state: 'CHANGES_REQUESTED', commit_id: sha('a') },
    });
    const comments = [{ path: 'src/greet.js', line: 3, body: 'Document this.' }];
    const review = await forge.review(repo, 8, { headSha: sha('a'), verdict: 'request-changes', body: 'b', comments });
    expect(review).toEqual({
      id: '11',
      by: 'rig-reviewer[bot]',
      state: 'changes-requested',
      headSha: sha('a'),
      body: 'b',
      submittedAt: '2026-03-02T09:31:00.000Z',
    });
    expect(github.requests[0]?.body).toEqual({
      commit_id: sha('a'),
      event: 'REQUEST_CHANGES',
      body: 'b',
      comments: [{ path: 'src/greet.js', line: 3, body: 'Document this.', side: 'RIGHT' }],
    });
  });

  it('is told that one’s own pull request cannot be approved', async () => {
    github.on('POST', `${base}/pulls/8/reviews`, {
      status: 422,
      body: { message: 'Unprocessable Entity', errors: ['Can not approve your own pull request'] },
    });
    const review = forge.review(repo, 8, { headSha: sha('a'), verdict: 'approve', body: '', comments: [] });
    await expect(review).rejects.toMatchObject({
      code: 'FORGE_REFUSED',
      message: expect.stringContaining('approve your own'),
    });
  });

  it('resolves threads and marks drafts ready over GraphQL', async () => {
    github.on('POST', '/graphql', { body: { data: {} } });
    await forge.resolveThread('PRRT_1');
    await forge.markReady('PR_8');
    expect(github.requests.map(({ body }) => body['variables'])).toEqual([{ id: 'PRRT_1' }, { id: 'PR_8' }]);
    expect(String(github.requests[0]?.body['query'])).toContain('resolveReviewThread');
    expect(String(github.requests[1]?.body['query'])).toContain('markPullRequestReadyForReview');
  });

  it('stops for good when its token has ended', async () => {
    github.on('GET', `${base}/pulls/8`, { body: wirePull() });
    expect(await forge.pull(repo, 8)).toMatchObject({ number: 8 });
    github.tokens.clear();
    await expect(forge.pull(repo, 8)).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED', kind: 'terminal' });
    expect(github.seen('GET', `${base}/pulls/8`)).toHaveLength(2);
  });

  it('replies on a pull request', async () => {
    github.on('POST', `${base}/issues/8/comments`, { status: 201, body: {} });
    await forge.reply(repo, 8, 'Fixed in the last commit.');
    expect(github.requests[0]?.body).toEqual({ body: 'Fixed in the last commit.' });
  });
});
