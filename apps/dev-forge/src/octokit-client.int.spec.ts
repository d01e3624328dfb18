import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createForge,
  createTokenMinter,
  createWorkerForge,
  verifyWebhookSignature,
  type Forge,
  type ForgePull,
  type TokenMinter,
  type WorkerForge,
} from '@rig/forge';
import { eventually } from '@rig/testkit';
import { z } from 'zod';

/** The client that talks to GitHub, against this forge as a process of its own: one pull request from issue to merge. */

const repo = 'acme/greeter';
const secret = 'webhook-secret';
const adaToken = 'ada-personal-token';
const branch = 'rig/issue-1-greet';
const run = promisify(execFile);

interface Delivery {
  readonly event: string;
  readonly guid: string;
  readonly genuine: boolean;
}

let folder: string;
let process_: ChildProcess;
let hook: Server;
let url: string;
let forge: Forge;
let minter: TokenMinter;
let pull: ForgePull;
const deliveries: Delivery[] = [];
let refuseDeliveries = false;

const startHook = async (): Promise<string> => {
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'x-github-event': event, 'x-github-delivery': guid, 'x-hub-signature-256': signature } = request.headers;
      const genuine = verifyWebhookSignature(secret, Buffer.concat(chunks), String(signature));
      deliveries.push({ event: String(event), guid: String(guid), genuine });
      response.writeHead(refuseDeliveries ? 500 : 202).end();
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(hook.address()).port}/api/webhook/github`;
};

const writeSeed = async (hookUrl: string): Promise<string> => {
  await mkdir(join(folder, 'template', 'src'), { recursive: true });
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'template', 'src', 'greet.js'), 'export const greet = () => "hello";\n');
  await writeFile(join(folder, 'template', 'README.md'), '# Greeter\n');
  const app = (id: number, role: string): unknown => ({
    id,
    slug: `rig-${role}`,
    role,
    privateKeyFile: `keys/${role}.pem`,
  });
  const seed = {
    users: [{ login: 'ada', token: adaToken }],
    apps: [app(1, 'conductor'), app(2, 'author'), app(3, 'reviewer')],
    webhook: { url: hookUrl, secret },
    repositories: [
      {
        name: repo,
        template: 'template',
        codeowners: '/src/ @ada\n',
        collaborators: { ada: 'maintain' },
        labels: ['agent-ready'],
        ci: { command: ['node', '--check', 'src/greet.js'], check: 'test' },
        protection: { requiredChecks: ['test'], strict: true },
        rulesets: [{ name: 'lint', requiredChecks: ['test'] }],
      },
    ],
  };
  const file = join(folder, 'seed.json');
  await writeFile(file, JSON.stringify(seed));
  return file;
};

/** The address from the process's first log line. */
const startForgeProcess = async (seedFile: string): Promise<string> => {
  const env = { ...process.env, RIG_PORT: '0', DEV_FORGE_ROOT: join(folder, 'data'), DEV_FORGE_SEED: seedFile };
  const main = join(import.meta.dirname, '..', 'dist', 'main.js');
  process_ = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  if (process_.stderr === null) throw new Error('no stderr');
  const lines: string[] = [];
  for await (const line of createInterface({ input: process_.stderr })) {
    lines.push(line);
    const listening = /"url":"(http:[^"]+)"/.exec(line)?.[1];
    if (listening === undefined) continue;
    process_.stderr.resume();
    return listening;
  }
  throw new Error(`dev-forge did not start (is it built?): ${lines.join('\n')}`);
};

const app = async (appId: number, role: string) => ({
  appId,
  privateKey: await readFile(join(folder, 'keys', `${role}.pem`), 'utf8'),
});

const workerAs = async (role: 'author' | 'reviewer'): Promise<{ token: string; worker: WorkerForge }> => {
  const { token } = await minter.mint(repo, role);
  return { token, worker: createWorkerForge({ apiUrl: url, token }) };
};

const asAda = async (path: string, body: unknown): Promise<unknown> => {
  const headers = { authorization: `token ${adaToken}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

/** Pushes one commit on a new branch, with a task's token. */
const pushWork = async (token: string): Promise<void> => {
  const clone = join(folder, 'clone');
  const git = (...args: readonly string[]) =>
    run('git', ['-C', clone, '-c', 'user.name=dev-e-1', '-c', 'user.email=dev-e-1@agents.rig.invalid', ...args]);
  const remote = `${url.replace('://', `://x-access-token:${token}@`)}/${repo}.git`;
  await run('git', ['clone', '--quiet', remote, clone]);
  await git('switch', '--quiet', '-c', branch);
  await writeFile(join(clone, 'src', 'greet.js'), 'export const greet = (name) => `hello ${name}`;\n');
  await git('commit', '--quiet', '-am', 'feat: greet by name');
  await git('push', '--quiet', 'origin', branch);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-dev-forge-'));
  url = await startForgeProcess(await writeSeed(await startHook()));
  forge = createForge({ apiUrl: url, app: await app(1, 'conductor') });
  minter = createTokenMinter({
    apiUrl: url,
    apps: { author: await app(2, 'author'), reviewer: await app(3, 'reviewer') },
  });
});

afterAll(async () => {
  if (process_.exitCode === null) {
    process_.kill('SIGTERM');
    await once(process_, 'exit');
  }
  hook.closeAllConnections();
  hook.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the GitHub client against dev-forge', () => {
  it('sees the repository and who may do what', async () => {
    expect(await forge.repositories()).toEqual([repo]);
    expect(await forge.defaultBranch(repo)).toBe('main');
    expect(await forge.permission(repo, 'ada')).toBe('maintain');
    expect(await forge.permission(repo, 'stranger')).toBe('none');
    expect(forge.rateBudget()?.limit).toBe(5_000);
  });

  it('reads issues, labels them and comments once', async () => {
    await asAda(`/repos/${repo}/issues`, { title: 'Greet by name', body: 'Say hello.', labels: ['agent-ready'] });
    expect(await forge.issue(repo, 1)).toMatchObject({
      title: 'Greet by name',
      author: 'ada',
      labels: ['agent-ready'],
    });
    await forge.addLabels(repo, 1, ['P1']);
    await forge.comment(repo, 1, 'Taken.', 'event-1');
    await forge.comment(repo, 1, 'Taken.', 'event-1');
    const [issue] = await forge.openIssues(repo, '2020-01-01T00:00:00.000Z');
    expect(issue?.labels).toEqual(expect.arrayContaining(['agent-ready', 'P1']));
    expect(await forge.issue(repo, 99)).toBeUndefined();
  });

  it('opens a pull request as the author’s App, once', async () => {
    const { token, worker } = await workerAs('author');
    await pushWork(token);
    const input = { title: 'feat: greet by name', body: 'Closes #1', head: branch, base: 'main', draft: true };
    pull = await worker.createPull(repo, input);
    expect(pull).toMatchObject({
      author: 'rig-author[bot]',
      draft: true,
      merged: false,
      mergeCommit: null,
      headRepo: repo,
    });
    expect((await worker.createPull(repo, input)).number).toBe(pull.number);
    expect((await worker.findPull(repo, branch))?.number).toBe(pull.number);
    await worker.markReady(pull.nodeId);
    expect((await worker.pull(repo, pull.number))?.draft).toBe(false);
    const own = { headSha: pull.headSha, verdict: 'approve' as const, body: 'Fine.', comments: [] };
    await expect(worker.review(repo, pull.number, own)).rejects.toMatchObject({ code: 'FORGE_REFUSED' });
  });

  it('reviews as the reviewer’s App, and resolves its thread', async () => {
    const { worker } = await workerAs('reviewer');
    const { number, headSha } = pull;
    const comments = [{ path: 'src/greet.js', line: 1, body: 'Document this.' }];
    const asked = await worker.review(repo, number, {
      headSha,
      verdict: 'request-changes',
      body: 'One thing.',
      comments,
    });
    expect(asked).toMatchObject({ by: 'rig-reviewer[bot]', state: 'changes-requested', headSha });
    const [thread] = await forge.threads(repo, number);
    expect(thread).toMatchObject({ resolved: false, path: 'src/greet.js', line: 1, by: 'rig-reviewer[bot]' });
    await worker.resolveThread(thread?.id ?? '');
    await worker.reply(repo, number, 'Resolved.');
    await worker.review(repo, number, { headSha, verdict: 'approve', body: 'Good.', comments: [] });
  });

  it('shows everything that the merge gate asks', async () => {
    await eventually(async () => {
      const checks = await forge.checks(repo, pull.headSha);
      expect(checks).toEqual([expect.objectContaining({ name: 'test', source: 'check-run', state: 'passed' })]);
    });
    const view = await forge.pullView(repo, pull.number);
    expect(view).toMatchObject({
      pull: { mergeable: true, changedFiles: 1, draft: false },
      requiredChecks: ['test'],
      strict: true,
      behindBy: 0,
      ownedPaths: [{ path: 'src/greet.js', owners: ['@ada'] }],
      threads: [{ resolved: true }],
    });
    expect(view?.reviews.map(({ state }) => state)).toEqual(expect.arrayContaining(['approved']));
  });

  it('merges the head that it saw, and knows its merge again', async () => {
    const merge = (sha: string) => forge.mergeSquash(repo, pull.number, sha, 'feat: greet by name (#2)', 'Closes #1');
    expect(await merge('0'.repeat(40))).toMatchObject({ status: 'refused', code: 'HEAD_MOVED' });
    const merged = await merge(pull.headSha);
    expect(merged).toEqual({ status: 'merged', mergeCommit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await merge(pull.headSha)).toEqual(merged);
    await eventually(async () => expect(await forge.issue(repo, 1)).toMatchObject({ state: 'closed' }));
  });

  it('ends a task’s token', async () => {
    const { token, worker } = await workerAs('author');
    expect(await worker.pull(repo, pull.number)).toMatchObject({ merged: true });
    await minter.revoke(token);
    await expect(worker.pull(repo, pull.number)).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED' });
    await minter.revoke(token);
  });

  it('signs its deliveries, and sends a failed one again', async () => {
    await eventually(async () => expect(deliveries.map(({ event }) => event)).toContain('pull_request'));
    expect(deliveries.every(({ genuine }) => genuine)).toBe(true);
    refuseDeliveries = true;
    await forge.closeIssue(repo, 1);
    await forge.addLabels(repo, 1, ['lost']);
    const failed = () => forge.failedDeliveries('2020-01-01T00:00:00.000Z');
    await eventually(async () => expect((await failed()).length).toBeGreaterThan(0));
    refuseDeliveries = false;
    for (const { id } of await failed()) await forge.redeliver(id);
    await eventually(async () => expect(await failed()).toEqual([]));
  });
});
