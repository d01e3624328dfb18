import { createHmac, createSign } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock, type Clock } from '@rig/kernel';
import { z } from 'zod';
import { startForge, type ForgeServer } from '../edge/forge-server.js';
import { Seed } from '../edge/seed/schema.js';

export const secret = 'a webhook secret';
export const adaToken = 'ada-personal-token';
export const readerToken = 'reader-personal-token';
const appIds = { conductor: 1001, author: 1002, reviewer: 1003 } as const;
export type Role = keyof typeof appIds;

export interface Hook {
  readonly event: string;
  readonly guid: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly genuine: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A receiver of webhooks that checks their signatures. */
export const startReceiver = async () => {
  const hooks: Hook[] = [];
  const state = { status: 202 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const { headers } = request;
      const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString('utf8')));
      const genuine = headers['x-hub-signature-256'] === signature;
      const [event, guid] = [String(headers['x-github-event']), String(headers['x-github-delivery'])];
      hooks.push({ event, guid, headers, genuine, payload });
      response.writeHead(state.status).end('seen');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { hooks, state, url: `http://127.0.0.1:${port}/hook`, stop };
};

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An App's assertion; claims may be overruled. */
export const signJwt = (privateKey: string, claims: Readonly<Record<string, unknown>>, alg = 'RS256'): string => {
  const head = `${base64({ alg, typ: 'JWT' })}.${base64(claims)}`;
  return `${head}.${createSign('RSA-SHA256').update(head).sign(privateKey).toString('base64url')}`;
};

const template: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "greeter", "type": "module" }\n',
  'src/greet.js': "export const greet = () => 'hello';\n",
  'test/greet.test.js': [
    "import test from 'node:test';",
    "import assert from 'node:assert';",
    "import { greet } from '../src/greet.js';",
    "test('greets', () => assert.match(greet('Ada'), /hello/));",
    '',
  ].join('\n'),
};

const writeTemplate = async (folder: string): Promise<void> => {
  for (const [path, text] of Object.entries(template)) {
    await mkdir(join(folder, 'template', path, '..'), { recursive: true });
    await writeFile(join(folder, 'template', path), text);
  }
};

/** Drops every line of a journal behind the last one that holds a text. */
const cutJournalAfter = async (root: string, text: string): Promise<void> => {
  const path = join(root, 'state', 'journal.jsonl');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const last = lines.findLastIndex((line) => line.includes(text));
  await writeFile(path, `${lines.slice(0, last + 1).join('\n')}\n`);
};

export type SeedInput = z.input<typeof Seed>;

const seedOf = (hookUrl: string, extra: Partial<SeedInput>): SeedInput => ({
  users: [
    { login: 'ada', token: adaToken, email: 'ada@people.invalid' },
    { login: 'reader', token: readerToken },
  ],
  apps: Object.entries(appIds).map(([role, id]) => ({
    id,
    role: role as Role,
    slug: `rig-${role}`,
    privateKeyFile: `keys/${role}.pem`,
  })),
  webhook: { url: hookUrl, secret },
  repositories: [
    {
      name: 'acme/greeter',
      template: 'template',
      collaborators: { ada: 'admin', reader: 'read' },
      codeowners: '/docs/ @ada\n/lib/ @rig-author[bot]\n',
      labels: ['agent-ready'],
      ci: { command: ['node', '--test'] },
      protection: { requiredChecks: ['test'] },
    },
    { name: 'acme/other', collaborators: { ada: 'admin' } },
  ],
  ...extra,
});

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A forge in this process, with keys, template, seed and receiver in a folder of its own. */
export const startTestForge = async (options: { seed?: Partial<SeedInput>; clock?: Clock } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'dev-forge-test-'));
  const receiver = await startReceiver();
  await writeTemplate(folder);
  const clock = options.clock ?? systemClock;
  const seed = Seed.parse(seedOf(receiver.url, options.seed ?? {}));
  const start = (root: string): Promise<ForgeServer> =>
    startForge({ root, seed, seedFile: join(folder, 'seed.json'), port: 0, clock, logger: silentLogger });
  const root = join(folder, 'root');
  const state = { root, server: await start(root) };

  const call = async (token: string, request: string, body?: unknown, headers = {}): Promise<ApiAnswer> => {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await fetch(`${state.server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed as ApiAnswer['body'] };
  };

  const keyOf = (role: Role): Promise<string> => readFile(join(folder, 'keys', `${role}.pem`), 'utf8');
  const jwt = async (role: Role, claims: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const now = Math.floor(clock.now() / 1000);
    return signJwt(await keyOf(role), { iat: now - 30, exp: now + 570, iss: String(appIds[role]), ...claims });
  };
  const mint = async (role: Role, body: unknown = {}): Promise<ApiAnswer> => {
    const assertion = await jwt(role);
    const { body: installation } = await call(assertion, 'GET /repos/acme/greeter/installation');
    return call(assertion, `POST /app/installations/${String(installation['id'])}/access_tokens`, body);
  };
  const token = async (role: Role, body: unknown = {}): Promise<string> =>
    String((await mint(role, body)).body['token']);

  /** Ends the server and starts one on another folder. */
  const restart = async (next: string): Promise<void> => {
    await state.server.stop();
    Object.assign(state, { root: next, server: await start(next) });
  };
  const stop = async (): Promise<void> => {
    await state.server.stop();
    receiver.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, receiver, state, restart, cutJournalAfter, call, keyOf, jwt, mint, token, stop };
};

export type TestForge = Awaited<ReturnType<typeof startTestForge>>;
