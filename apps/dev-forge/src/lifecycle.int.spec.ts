import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@rig/testkit';
import { adaToken, startTestForge, type TestForge } from './testing/forge-harness.js';
import { cloneWork, runGitIn } from './testing/work-clone.js';

/** One issue from opening to its squash merge, over HTTP and git only, as an agent and a reviewer would do it. */

let forge: TestForge;
let author: string;
let reviewer: string;
let conductor: string;
let clone: Awaited<ReturnType<typeof cloneWork>>;
let head = '';
let pullNode = '';
let thread = '';

const repo = '/repos/acme/greeter';
const broken = "export const greet = (name) => { throw new Error('not finished for ' + name); };\n";
const right = 'export const greet = (name) => `hello ${name}`;\n';

const checkRun = async (sha: string) => {
  const { body } = await forge.call(conductor, `GET ${repo}/commits/${sha}/check-runs`);
  return (body['check_runs'] as Record<string, unknown>[])[0];
};

const graphql = async (token: string, query: string, variables: Record<string, unknown>) => {
  const { body } = await forge.call(token, 'POST /graphql', { query, variables });
  return body as { data: Record<string, unknown>; errors?: unknown };
};

const actions = (event: string): unknown[] =>
  forge.receiver.hooks.filter((hook) => hook.event === event).map((hook) => hook.payload['action']);

beforeAll(async () => {
  forge = await startTestForge();
  [author, reviewer, conductor] = await Promise.all([
    forge.token('author', { repositories: ['greeter'] }),
    forge.token('reviewer'),
    forge.token('conductor'),
  ]);
});

afterAll(() => forge.stop());

describe('the life of a pull request', () => {
  it('opens an issue and tells of its labels', async () => {
    const input = { title: 'Greet by name', body: 'Say hello.', labels: ['agent-ready', 'P1'] };
    const { status, body } = await forge.call(adaToken, `POST ${repo}/issues`, input);
    expect(status).toBe(201);
    expect(body).toMatchObject({ number: 1, state: 'open', user: { login: 'ada' } });
    await eventually(async () => expect(actions('issues')).toEqual(['opened', 'labeled', 'labeled']));
  });

  it('takes a branch by git and a draft pull request by its App', async () => {
    clone = await cloneWork(forge.folder, forge.state.server.url, author);
    await clone.branch('rig/issue-1');
    head = await clone.commit({ 'src/greet.js': broken, 'docs/greet.md': '# Greet\n' }, 'feat: greet by name');
    expect((await clone.push('rig/issue-1')).ok).toBe(true);
    const input = { title: 'feat: greet by name', body: 'Closes #1', head: 'rig/issue-1', base: 'main', draft: true };
    const { status, body } = await forge.call(author, `POST ${repo}/pulls`, input);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 2,
      draft: true,
      changed_files: 2,
      commits: 1,
      user: { login: 'rig-author[bot]' },
    });
    expect(body).toMatchObject({ head: { sha: head, ref: 'rig/issue-1' }, mergeable: true, mergeable_state: 'draft' });
    pullNode = String(body['node_id']);
    const again = await forge.call(author, `POST ${repo}/pulls`, input);
    expect(again.status).toBe(422);
    const found = await forge.call(author, `GET ${repo}/pulls?head=acme:rig/issue-1&state=open`);
    expect(found.body).toMatchObject([{ number: 2 }]);
  });

  it('runs the tests and quotes how they failed', async () => {
    await eventually(async () => expect(await checkRun(head)).toMatchObject({ name: 'test', conclusion: 'failure' }));
    const run = await checkRun(head);
    expect(run).toMatchObject({
      status: 'completed',
      output: { summary: expect.stringContaining('not finished for Ada') },
    });
    await eventually(async () => expect(actions('check_run')).toEqual(['created', 'completed']));
  });

  it('becomes ready, and asks the owners of what it changes', async () => {
    const query =
      'mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }';
    const { data } = await graphql(author, query, { id: pullNode });
    expect(data).toEqual({ markPullRequestReadyForReview: { pullRequest: { isDraft: false } } });
    await eventually(async () =>
      expect(actions('pull_request')).toEqual(['opened', 'ready_for_review', 'review_requested']),
    );
    const { body } = await forge.call(author, `GET ${repo}/pulls/2/requested_reviewers`);
    expect(body).toMatchObject({ users: [{ login: 'ada' }] });
  });

  it('refuses a verdict on one’s own work, and comments beside the diff', async () => {
    for (const event of ['APPROVE', 'REQUEST_CHANGES']) {
      const own = await forge.call(author, `POST ${repo}/pulls/2/reviews`, { event, body: 'Mine.' });
      expect(own.status).toBe(422);
    }
    const comments = [{ path: 'src/greet.js', line: 77, body: 'Where?' }];
    const beside = await forge.call(reviewer, `POST ${repo}/pulls/2/reviews`, {
      event: 'COMMENT',
      body: 'x',
      comments,
    });
    expect(beside.body).toMatchObject({ errors: ['Line could not be resolved'] });
  });

  it('keeps a thread open until the reviewer resolves it', async () => {
    const comments = [{ path: 'src/greet.js', line: 1, body: 'Do not throw.' }];
    const input = { event: 'REQUEST_CHANGES', body: 'One thing.', commit_id: head, comments };
    const review = await forge.call(reviewer, `POST ${repo}/pulls/2/reviews`, input);
    expect(review.body).toMatchObject({ state: 'CHANGES_REQUESTED', user: { login: 'rig-reviewer[bot]' } });
    const query = `query($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewDecision headRefOid isDraft
        reviewThreads(first: 50) { pageInfo { hasNextPage } nodes { id isResolved path line
          comments(first: 1) { nodes { body author { login __typename } } } } } } } }`;
    const { data } = await graphql(conductor, query, { owner: 'acme', name: 'greeter', number: 2 });
    const { pullRequest } = data['repository'] as { pullRequest: { reviewThreads: { nodes: { id: string }[] } } };
    const comment = { body: 'Do not throw.', author: { login: 'rig-reviewer', __typename: 'Bot' } };
    expect(pullRequest).toMatchObject({ reviewDecision: 'CHANGES_REQUESTED', headRefOid: head, isDraft: false });
    expect(pullRequest.reviewThreads.nodes).toMatchObject([
      { isResolved: false, path: 'src/greet.js', line: 1, comments: { nodes: [comment] } },
    ]);
    thread = pullRequest.reviewThreads.nodes[0]?.id ?? '';
  });

  it('notes a new head, runs the tests again and lets the thread be resolved', async () => {
    const before = head;
    head = await clone.commit({ 'src/greet.js': right }, 'fix: do not throw');
    expect((await clone.push('rig/issue-1')).ok).toBe(true);
    const pull = await forge.call(author, `GET ${repo}/pulls/2`);
    expect(pull.body).toMatchObject({ head: { sha: head }, commits: 2 });
    await eventually(async () => expect(actions('pull_request')).toContain('synchronize'));
    const synchronize = forge.receiver.hooks.find((hook) => hook.payload['action'] === 'synchronize');
    expect(synchronize?.payload).toMatchObject({ before, after: head });
    await eventually(async () => expect(await checkRun(head)).toMatchObject({ conclusion: 'success' }));
    const mutation =
      'mutation($t: ID!) { resolveReviewThread(input: {threadId: $t}) { thread { isResolved isOutdated } } }';
    const { data } = await graphql(reviewer, mutation, { t: thread });
    expect(data).toEqual({ resolveReviewThread: { thread: { isResolved: true, isOutdated: true } } });
    const approval = await forge.call(reviewer, `POST ${repo}/pulls/2/reviews`, { event: 'APPROVE', commit_id: head });
    expect(approval.body).toMatchObject({ state: 'APPROVED', commit_id: head });
  });

  it('merges only the head that was seen, and closes the issue', async () => {
    const stale = await forge.call(conductor, `PUT ${repo}/pulls/2/merge`, {
      sha: '0'.repeat(40),
      merge_method: 'squash',
    });
    expect(stale.status).toBe(409);
    const input = {
      sha: head,
      merge_method: 'squash',
      commit_title: 'feat: greet by name (#2)',
      commit_message: 'Done.',
    };
    const merged = await forge.call(conductor, `PUT ${repo}/pulls/2/merge`, input);
    expect(merged).toMatchObject({ status: 200, body: { merged: true } });
    const pull = await forge.call(author, `GET ${repo}/pulls/2`);
    expect(pull.body).toMatchObject({
      merged: true,
      state: 'closed',
      merge_commit_sha: merged.body['sha'],
      changed_files: 2,
    });
    expect((await forge.call(author, `GET ${repo}/issues/1`)).body).toMatchObject({ state: 'closed' });
    const again = await forge.call(conductor, `PUT ${repo}/pulls/2/merge`, input);
    expect(again.status).toBe(405);
    const log = await runGitIn(`${forge.folder}/root/repositories/acme/greeter.git`, 'log', '--format=%s|%an', 'main');
    expect(log.output.split('\n')).toEqual(['feat: greet by name (#2)|rig-author[bot]', 'Initial commit|GitHub']);
  });

  it('sends signed webhooks in order, one for each thing that happened', async () => {
    await eventually(async () => expect(actions('issues').at(-1)).toBe('closed'));
    const { hooks } = forge.receiver;
    expect(hooks.every((hook) => hook.genuine)).toBe(true);
    expect(new Set(hooks.map((hook) => hook.guid)).size).toBe(hooks.length);
    expect(hooks[0]).toMatchObject({ event: 'ping', headers: { 'x-github-hook-installation-target-id': '1001' } });
    expect(actions('pull_request')).toEqual([
      'opened',
      'ready_for_review',
      'review_requested',
      'synchronize',
      'closed',
    ]);
    expect(actions('pull_request_review')).toEqual(['submitted', 'submitted']);
    expect(actions('pull_request_review_comment')).toEqual(['created']);
    expect(actions('pull_request_review_thread')).toEqual(['resolved']);
    expect(actions('check_run')).toEqual(['created', 'completed', 'created', 'completed']);
    const refs = hooks.filter((hook) => hook.event === 'push').map((hook) => hook.payload['ref']);
    expect(refs).toEqual(['refs/heads/rig/issue-1', 'refs/heads/rig/issue-1', 'refs/heads/main']);
  });
});
