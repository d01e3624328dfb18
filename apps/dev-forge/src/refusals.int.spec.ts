import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '@rig/kernel';
import { adaToken, readerToken, signJwt, startTestForge, type TestForge } from './testing/forge-harness.js';
import { cloneWork } from './testing/work-clone.js';

/** Who is refused what, and in which words. */

let forge: TestForge;
let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
const repo = '/repos/acme/greeter';

beforeAll(async () => {
  forge = await startTestForge({ clock, seed: { rateLimit: 60 } });
});

afterAll(() => forge.stop());

describe('an App’s assertion', () => {
  const app = async (claims: Record<string, unknown>): Promise<number> =>
    (await forge.call(await forge.jwt('author', claims), 'GET /app')).status;

  it('is taken with iss and a life of ten minutes at most', async () => {
    const now = Math.floor(clock.now() / 1000);
    expect(await app({})).toBe(200);
    expect(await app({ exp: now + 660 })).toBe(401);
    expect(await app({ exp: now - 1 })).toBe(401);
    expect(await app({ iat: now + 300 })).toBe(401);
    expect(await app({ iss: '999' })).toBe(401);
  });

  it('must be signed by the App’s own key with RS256', async () => {
    const now = Math.floor(clock.now() / 1000);
    const claims = { iat: now, exp: now + 60, iss: '1002' };
    const foreign = signJwt(await forge.keyOf('reviewer'), claims);
    expect((await forge.call(foreign, 'GET /app')).status).toBe(401);
    const none = signJwt(await forge.keyOf('author'), claims, 'none');
    expect((await forge.call(none, 'GET /app')).status).toBe(401);
    expect((await forge.call(await forge.jwt('author'), `GET ${repo}`)).status).toBe(404);
  });
});

describe('an installation token', () => {
  it('never has more than the App was granted', async () => {
    expect((await forge.mint('reviewer', { permissions: { contents: 'write' } })).status).toBe(422);
    expect((await forge.mint('author', { repositories: ['nowhere'] })).status).toBe(422);
    const { status, body } = await forge.mint('author', { repositories: ['greeter'], permissions: { issues: 'read' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ repository_selection: 'selected', permissions: { metadata: 'read', issues: 'read' } });
    const token = String(body['token']);
    expect((await forge.call(token, `GET ${repo}/issues`)).status).toBe(200);
    expect((await forge.call(token, `POST ${repo}/issues`, { title: 'x' })).status).toBe(403);
    expect((await forge.call(token, `GET ${repo}/contents/package.json`)).status).toBe(403);
    expect((await forge.call(token, 'GET /repos/acme/other')).status).toBe(404);
  });

  it('ends after an hour, or when it is revoked', async () => {
    const token = await forge.token('author');
    expect((await forge.call(token, `GET ${repo}`)).status).toBe(200);
    aheadMs = 3_601_000;
    expect((await forge.call(token, `GET ${repo}`)).status).toBe(401);
    const second = await forge.token('author');
    expect((await forge.call(second, 'DELETE /installation/token')).status).toBe(204);
    expect((await forge.call(second, `GET ${repo}`)).status).toBe(401);
  });

  it('pushes where and while it may', async () => {
    const url = forge.state.server.url;
    const author = await forge.token('author', { repositories: ['greeter'] });
    const work = await cloneWork(forge.folder, url, author);
    expect(work.cloned.ok).toBe(true);
    await work.commit({ 'a.txt': 'a\n' }, 'feat: a');
    const direct = await work.push('HEAD:refs/heads/main');
    expect(direct.ok).toBe(false);
    expect(direct.output).toContain('GH006: Protected branch update failed for refs/heads/main');
    expect((await work.push('HEAD:refs/heads/a')).ok).toBe(true);

    const reviewer = await forge.token('reviewer');
    const reading = await cloneWork(forge.folder, url, reviewer);
    expect(reading.cloned.ok).toBe(true);
    await reading.commit({ 'b.txt': 'b\n' }, 'feat: b');
    expect((await reading.push('HEAD:refs/heads/b')).output).toContain('403');

    await forge.call(author, 'DELETE /installation/token');
    await work.commit({ 'c.txt': 'c\n' }, 'feat: c');
    expect((await work.push('HEAD:refs/heads/a')).ok).toBe(false);
    expect((await cloneWork(forge.folder, url, 'no-such-token')).cloned.ok).toBe(false);
    const scoped = await forge.token('author', { repositories: ['greeter'] });
    expect((await cloneWork(forge.folder, url, scoped, 'acme/other')).cloned.ok).toBe(false);
  });
});

describe('a person', () => {
  it('does what the role allows', async () => {
    expect((await forge.call(readerToken, `GET ${repo}/collaborators/reader/permission`)).body).toMatchObject({
      permission: 'read',
      role_name: 'read',
    });
    const opened = await forge.call(readerToken, `POST ${repo}/issues`, { title: 'x', labels: ['agent-ready'] });
    expect(opened).toMatchObject({ status: 201, body: { labels: [] } });
    const number = String(opened.body['number']);
    expect((await forge.call(readerToken, `POST ${repo}/issues/${number}/labels`, ['P0'])).status).toBe(403);
    expect((await forge.call(readerToken, 'GET /repos/acme/other')).status).toBe(404);
    const sha = { sha: '0'.repeat(40), state: 'success' };
    expect((await forge.call(readerToken, `POST ${repo}/statuses/${sha.sha}`, sha)).status).toBe(403);
  });
});

describe('HTTP', () => {
  it('names what it does not have, and what is wrong with a body', async () => {
    const missing = await forge.call(adaToken, `GET ${repo}/stargazers`);
    expect(missing.status).toBe(501);
    expect(missing.body['message']).toContain('GET /repos/acme/greeter/stargazers');
    const { status, body } = await forge.call(adaToken, `POST ${repo}/issues`, { body: 'no title' });
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ field: 'title' }] });
    expect((await forge.call(adaToken, `GET ${repo}/contents/..%2f..%2fHEAD`)).status).toBe(404);
    const { data, errors } = (await forge.call(adaToken, 'POST /graphql', { query: '{ viewer { shoeSize } }' })).body;
    expect(data).toEqual({ viewer: { shoeSize: null } });
    expect(errors).toMatchObject([{ message: expect.stringContaining("'shoeSize' on type 'User'") }]);
  });

  it('answers 304 for free and pages by Link', async () => {
    const first = await forge.call(adaToken, `GET ${repo}`);
    const tag = first.headers.get('etag') ?? '';
    const again = await forge.call(adaToken, `GET ${repo}`, undefined, { 'if-none-match': tag });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
    for (const title of ['one', 'two', 'three']) await forge.call(adaToken, `POST ${repo}/issues`, { title });
    const page = await forge.call(adaToken, `GET ${repo}/issues?per_page=2&state=all`);
    expect(page.headers.get('link')).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"/);
  });

  it('ends when the hour’s calls are spent, and says when to come again', async () => {
    let last = await forge.call(readerToken, 'GET /user');
    for (let calls = 0; calls < 60 && last.status === 200; calls++) last = await forge.call(readerToken, 'GET /user');
    expect(last.status).toBe(403);
    expect(last.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(3000);
  });
});
