import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { verifyWebhookSignature, type AppIdentity } from '@rig/forge';
import { z } from 'zod';

/** dev-forge as a process of its own, with one repository and a receiver for its webhooks. */

export const repo = 'acme/greeter';
export const branch = 'rig/issue-1-greet';
const secret = 'webhook-secret';
const adaToken = 'ada-personal-token';
const run = promisify(execFile);

interface Delivery {
  readonly event: string;
  readonly guid: string;
  readonly genuine: boolean;
}

const startHook = async () => {
  const state = { deliveries: [] as Delivery[], refuse: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'x-github-event': event, 'x-github-delivery': guid, 'x-hub-signature-256': signature } = request.headers;
      const genuine = verifyWebhookSignature(secret, Buffer.concat(chunks), String(signature));
      state.deliveries.push({ event: String(event), guid: String(guid), genuine });
      response.writeHead(state.refuse ? 500 : 202).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { state, server, url: `http://127.0.0.1:${port}/api/webhook/github` };
};

const writeSeed = async (folder: string, hookUrl: string): Promise<string> => {
  await mkdir(join(folder, 'template', 'src'), { recursive: true });
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'template', 'src', 'greet.js'), 'export const greet = () => "hello";\n');
  await writeFile(join(folder, 'template', 'README.md'), '# Greeter\n');
  const app = (id: number, role: string) => ({ id, slug: `rig-${role}`, role, privateKeyFile: `keys/${role}.pem` });
  const greeter = {
    name: repo,
    template: 'template',
    codeowners: '/src/ @ada\n',
    collaborators: { ada: 'maintain' },
    labels: ['agent-ready'],
    ci: { command: ['node', '--check', 'src/greet.js'], check: 'test' },
    protection: { requiredChecks: ['test'], strict: true },
    rulesets: [{ name: 'tests', requiredChecks: ['test'] }],
  };
  const file = join(folder, 'seed.json');
  const seed = {
    users: [{ login: 'ada', token: adaToken }],
    apps: [app(1, 'conductor'), app(2, 'author'), app(3, 'reviewer')],
    webhook: { url: hookUrl, secret },
    repositories: [greeter],
  };
  await writeFile(file, JSON.stringify(seed));
  return file;
};

/** The process and the address from its log. */
const startProcess = async (folder: string, seedFile: string): Promise<{ child: ChildProcess; url: string }> => {
  const env = { ...process.env, RIG_PORT: '0', DEV_FORGE_ROOT: join(folder, 'data'), DEV_FORGE_SEED: seedFile };
  const main = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return { child, url };
  }
  throw new Error(`dev-forge did not start (is it built?): ${lines.join('\n')}`);
};

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

export const startDevForge = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-dev-forge-'));
  const hook = await startHook();
  const { child, url } = await startProcess(folder, await writeSeed(folder, hook.url));
  return {
    url,
    hook: hook.state,
    app: async (appId: number, role: string): Promise<AppIdentity> => ({
      appId,
      privateKey: await readFile(join(folder, 'keys', `${role}.pem`), 'utf8'),
    }),
    /** What a person does in the forge's own pages. */
    asAda: async (path: string, body: unknown): Promise<void> => {
      const headers = { authorization: `token ${adaToken}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    },
    /** Pushes one commit on a new branch, with a task's token. */
    pushWork: async (token: string): Promise<void> => {
      const clone = join(folder, 'clone');
      const identity = ['-c', 'user.name=dev-e-1', '-c', 'user.email=dev-e-1@agents.rig.invalid'];
      const git = (...args: readonly string[]) => run('git', ['-C', clone, ...identity, ...args]);
      await run('git', ['clone', '-q', `${url.replace('://', `://x-access-token:${token}@`)}/${repo}.git`, clone]);
      await git('switch', '-q', '-c', branch);
      await writeFile(join(clone, 'src', 'greet.js'), 'export const greet = (name) => `hello ${name}`;\n');
      await git('commit', '-q', '-am', 'feat: greet by name');
      await git('push', '-q', 'origin', branch);
    },
    stop: async (): Promise<void> => {
      await stopProcess(child);
      hook.server.closeAllConnections();
      hook.server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
