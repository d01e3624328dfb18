import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import {
  appId,
  privateKey,
  sha,
  startFakeGithub,
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
