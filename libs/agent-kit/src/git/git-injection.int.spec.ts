import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGit } from '../index.js';

const git = createGit();
let folder: string;
let tree: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-git-'));
  tree = join(folder, 'tree');
  await git.run(['init', '--quiet', '--initial-branch=main', tree], { cwd: folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const server = async (answer: { status: number; location?: string }) => {
  const heard: IncomingHttpHeaders[] = [];
  const listening = createServer((request, response) => {
    heard.push(request.headers);
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end();
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard, close: () => void listening.close() };
};

describe('text from issues as git sees it', () => {
  const hostile = [
    `$(touch trapped)`,
    '`touch trapped`',
    `"; touch trapped; "`,
    `' || touch trapped #`,
    '--exec=touch trapped',
    '-c core.pager=touch',
    'a\nb: c\r\n\r\ntouch trapped',
    '../../../etc/passwd',
    '%(if)%(trailers)%00',
  ];

  it.each(hostile)('is a commit message and nothing else: %j', async (text) => {
    await writeFile(join(tree, 'a'), text);
    await git.run(['add', '--', 'a'], { cwd: tree });
    const env = {
      GIT_AUTHOR_NAME: 'dev-e-1',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'dev-e-1',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    await git.run(['commit', '--quiet', `--message=${text}`, '--cleanup=verbatim'], { cwd: tree, env });
    expect(await git.run(['log', '-1', '--format=%B'], { cwd: tree })).toContain(text.split('\n')[0]);
    await expect(access(join(tree, 'trapped'))).rejects.toThrow('ENOENT');
  });

  it.each(['--upload-pack=touch trapped', '-otouch', 'ext::sh -c touch% trapped'])(
    'is no option and no program where a remote is meant: %j',
    async (name) => {
      const fetched = await git.try(['fetch', '--quiet', '--end-of-options', name, 'main'], { cwd: tree });
      expect(fetched.ok).toBe(false);
      await expect(access(join(tree, 'trapped'))).rejects.toThrow('ENOENT');
    },
  );
});

describe('a forge that points elsewhere', () => {
  it.each([301, 302, 307])('leads neither git nor its token there (%d)', async (status) => {
    const inner = await server({ status: 404 });
    const forge = await server({ status, location: `${inner.url}/acme/greeter.git/info/refs?service=git-upload-pack` });
    const url = `${forge.url}/acme/greeter.git`;
    const credentials = { url, token: 'ghs_secret' };
    const fetched = await git.try(['fetch', '--end-of-options', url, 'main'], { cwd: tree, credentials });
    expect(fetched.ok).toBe(false);
    expect(forge.heard.map(({ authorization }) => authorization?.startsWith('Basic '))).toEqual([true]);
    expect(inner.heard).toEqual([]);
    expect(JSON.stringify(fetched)).not.toContain('ghs_secret');
    inner.close();
    forge.close();
  });
});
