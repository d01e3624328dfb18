import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import { createTokenMinter } from './create-token-minter.js';
import { appId, privateKey, startFakeGithub, wireIssue, type FakeGithub } from './testing/fake-github.fixture.spec.js';
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
