import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@rig/testkit';
import { adaToken, startTestForge, type TestForge } from './testing/forge-harness.js';
import { commonPaths, missingPaths, readExamples } from './testing/payload-keys.js';
import { cloneWork } from './testing/work-clone.js';

/** Every webhook of the forge carries the fields that GitHub's published examples of it have in common. */

let forge: TestForge;
const repo = '/repos/acme/greeter';
const examples = readExamples();

/** Fields of GitHub that mean nothing here, with the reason in a word. */
const left = [
  /^(issue|pull_request)\.milestone\./, // no milestones
  /\.app\.(permissions|owner)\./, // each App has its own
  /^hook\.(test_url|ping_url|url|last_response|config\.\w+)/, // hooks of repositories only
  /^(repository|organization)$/, // an App's ping names neither
];

const mutate = async (token: string, name: string, id: string): Promise<void> => {
  const key = name.includes('Thread') ? 'threadId' : 'pullRequestId';
  const query = `mutation($id: ID!) { ${name}(input: {${key}: $id}) { clientMutationId } }`;
  expect((await forge.call(token, 'POST /graphql', { query, variables: { id } })).body['errors']).toBeUndefined();
};

const workOnPull = async (author: string, reviewer: string): Promise<string> => {
  const work = await cloneWork(forge.folder, forge.state.server.url, author);
  await work.branch('work');
  await work.commit({ 'docs/a.md': 'one\n', 'src/a.js': 'export const a = 1;\n' }, 'feat: a');
  await work.push('work');
  const input = { title: 'feat: a', body: 'Closes #1', head: 'work', base: 'main', draft: true };
  const opened = await forge.call(author, `POST ${repo}/pulls`, input);
  const node = String(opened.body['node_id']);
  for (const name of ['markPullRequestReadyForReview', 'convertPullRequestToDraft', 'markPullRequestReadyForReview']) {
    await mutate(author, name, node);
  }
  const comments = [{ path: 'src/a.js', line: 1, body: 'Why?' }];
  await forge.call(reviewer, `POST ${repo}/pulls/2/reviews`, { event: 'REQUEST_CHANGES', body: 'Hm.', comments });
  const query =
    '{ repository(owner: "acme", name: "greeter") { pullRequest(number: 2) { reviewThreads(first: 1) { nodes { id } } } } }';
  const { body } = await forge.call(reviewer, 'POST /graphql', { query });
  const thread = /PRRT_\d+/.exec(JSON.stringify(body))?.[0] ?? '';
  for (const name of ['resolveReviewThread', 'unresolveReviewThread']) await mutate(reviewer, name, thread);
  const sha = await work.commit({ 'src/a.js': 'export const a = 2;\n' }, 'fix: a');
  await work.push('work');
  return sha;
};

beforeAll(async () => {
  forge = await startTestForge();
  const [author, reviewer, conductor] = await Promise.all([
    forge.token('author'),
    forge.token('reviewer'),
    forge.token('conductor'),
  ]);
  await forge.call(adaToken, `POST ${repo}/issues`, { title: 'A', body: 'b', labels: ['agent-ready'] });
  await forge.call(adaToken, `PATCH ${repo}/issues/1`, { title: 'B', labels: [], assignees: ['ada'] });
  for (const state of ['closed', 'open']) await forge.call(adaToken, `PATCH ${repo}/issues/1`, { state });
  const comment = await forge.call(adaToken, `POST ${repo}/issues/1/comments`, { body: 'Hello' });
  await forge.call(adaToken, `PATCH ${repo}/issues/comments/${String(comment.body['id'])}`, { body: 'Hello!' });
  await forge.call(adaToken, `DELETE ${repo}/issues/comments/${String(comment.body['id'])}`);
  const sha = await workOnPull(author, reviewer);
  await forge.call(adaToken, `POST ${repo}/issues/2/labels`, ['P0']);
  await forge.call(adaToken, `DELETE ${repo}/issues/2/labels/P0`);
  await forge.call(conductor, `POST ${repo}/statuses/${sha}`, { state: 'success', context: 'lint' });
  const approved = await forge.call(reviewer, `POST ${repo}/pulls/2/reviews`, { event: 'APPROVE' });
  const review = String(approved.body['id']);
  await forge.call(adaToken, `PUT ${repo}/pulls/2/reviews/${review}/dismissals`, { message: 'No.' });
  await eventually(async () => {
    const merged = await forge.call(conductor, `PUT ${repo}/pulls/2/merge`, { sha, merge_method: 'squash' });
    expect(merged.status).toBe(200);
  });
  await eventually(async () => {
    const last = forge.receiver.hooks.filter((hook) => hook.event === 'issues').at(-1);
    expect(last?.payload['action']).toBe('closed');
  });
}, 60_000);

afterAll(() => forge.stop());

const sent: readonly (readonly [event: string, actions: readonly string[]])[] = [
  ['ping', []],
  ['issues', ['opened', 'labeled', 'unlabeled', 'edited', 'assigned', 'reopened', 'closed']],
  ['issue_comment', ['created', 'edited', 'deleted']],
  [
    'pull_request',
    [
      'opened',
      'synchronize',
      'ready_for_review',
      'converted_to_draft',
      'review_requested',
      'labeled',
      'unlabeled',
      'closed',
    ],
  ],
  ['pull_request_review', ['submitted', 'dismissed']],
  ['pull_request_review_comment', ['created']],
  ['pull_request_review_thread', ['resolved', 'unresolved']],
  ['check_run', ['created', 'completed']],
  ['check_suite', ['completed']],
  ['push', []],
  ['status', []],
];

describe('the webhooks', () => {
  it.each(sent.flatMap(([event, actions]) => (actions.length === 0 ? [[event, '']] : actions.map((a) => [event, a]))))(
    '%s %s has the fields of GitHub’s',
    (event, action) => {
      const mine = forge.receiver.hooks.filter(
        (hook) => hook.event === event && (action === '' || hook.payload['action'] === action),
      );
      expect(mine.length).toBeGreaterThan(0);
      const of = examples.find((one) => one.name === event)?.examples ?? [];
      const exact = of.filter((example) => action === '' || example['action'] === action);
      // GitHub publishes no example of some actions; then what all examples of the event share is asked for.
      const wanted = commonPaths(exact.length > 0 ? exact : of);
      expect(wanted.size).toBeGreaterThan(event === 'ping' ? 5 : 50);
      for (const { payload } of mine) {
        expect(missingPaths(wanted, payload).filter((path) => !left.some((known) => known.test(path)))).toEqual([]);
        if (event !== 'ping') expect(payload).toMatchObject({ installation: { id: expect.any(Number) } });
      }
    },
  );
});
