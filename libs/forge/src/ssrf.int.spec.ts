import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createForge } from './create-forge.js';
import type { Forge } from './forge.js';
import { appId, privateKey, startFakeGithub, wireIssue, type FakeGithub } from './testing/fake-github.fixture.spec.js';

const repo = 'acme/greeter';
let github: FakeGithub;
let forge: Forge;
/** A service of our own network, which must never hear of anything. */
let inner: { readonly url: string; readonly heard: string[]; close(): void };

beforeEach(async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  inner = { url: `http://127.0.0.1:${port}`, heard, close: () => void server.close() };
  github = await startFakeGithub();
  forge = createForge({ apiUrl: github.url, app: { appId, privateKey } });
});
afterEach(async () => {
  inner.close();
  await github.close();
});

describe('what the forge answers', () => {
  it.each([301, 302, 307, 308])('does not lead a request to another host (%d)', async (status) => {
    github.on('GET', `/repos/${repo}/issues/7`, { status, headers: { location: `${inner.url}/latest/meta-data` } });
    github.on('POST', `/repos/${repo}/issues/7/labels`, { status, headers: { location: `${inner.url}/x` } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ message: expect.stringContaining('another host') });
    await expect(forge.addLabels(repo, 7, ['a'])).rejects.toMatchObject({ kind: 'terminal' });
    expect(inner.heard).toEqual([]);
  });

  it('does not lead to another host in two steps, by another protocol, or round and round', async () => {
    const issue = `/repos/${repo}/issues/7`;
    github.on('GET', issue, { status: 302, headers: { location: '/a' } });
    github.on('GET', '/a', { status: 302, headers: { location: `${inner.url}/b` } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ kind: 'terminal' });
    github.on('GET', issue, { status: 302, headers: { location: 'file:///etc/passwd' } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ kind: 'terminal' });
    github.on('GET', issue, { status: 302, headers: { location: issue } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ kind: 'terminal' });
    expect(inner.heard).toEqual([]);
    expect(github.seen('GET', issue).length).toBeLessThan(10);
  });

  it('may say that a repository was renamed', async () => {
    github.on('GET', `/repos/${repo}/issues/7`, { status: 301, headers: { location: '/repositories/1/issues/7' } });
    github.on('GET', '/repositories/1/issues/7', { body: wireIssue(7) });
    expect(await forge.issue(repo, 7)).toMatchObject({ number: 7, title: 'Issue 7' });
  });
});

describe('names', () => {
  it.each(['..', '.', ''])('cannot step out of the path they stand in (%j)', async (login) => {
    await expect(forge.permission(repo, login)).rejects.toMatchObject({ code: 'FORGE_NAME_INVALID', kind: 'terminal' });
  });

  it('are escaped, whatever they hold', async () => {
    expect(await forge.permission(repo, '../../x?y=1#z')).toBe('none');
    const asked = github.requests.map(({ path }) => path).filter((path) => path.includes('collaborators'));
    expect(asked).toEqual([`/repos/${repo}/collaborators/..%2F..%2Fx%3Fy%3D1%23z/permission`]);
  });

  it.each(['../../etc/passwd', 'acme/..', 'acme/greeter/../x', '-x/y', 'acme/greeter?x', 'http://inner/x'])(
    'of repositories that are something else are refused before anything is sent (%j)',
    async (name) => {
      await expect(forge.issue(name, 1)).rejects.toMatchObject({ code: 'FORGE_REPO_INVALID' });
      expect(github.requests).toEqual([]);
    },
  );
});
