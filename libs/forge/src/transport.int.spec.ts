import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import { appId, privateKey, startFakeGithub, wireIssue, type FakeGithub } from './testing/fake-github.fixture.spec.js';
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
