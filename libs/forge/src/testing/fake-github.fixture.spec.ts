import { createServer, type IncomingMessage } from 'node:http';
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';

/** A forge on loopback that answers as a test tells it to; it checks the App's JWT and hands out tokens itself. */

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Close the connection instead of answering. */
  readonly hangUp?: boolean;
  /** Never answer. */
  readonly silent?: boolean;
}

type Handler = (request: FakeRequest, params: readonly string[]) => FakeAnswer;

export const appId = 4711;
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
export const privateKey = keys.privateKey;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const decoded = (part: string | undefined): Record<string, unknown> => {
  const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  return isRecord(value) ? value : {};
};

/** As the forge does: RS256, issued by the App, not older than ten minutes. */
const isAppJwt = (header: string | undefined): boolean => {
  const [head, claims, signature] = header?.replace(/^bearer /i, '').split('.') ?? [];
  if (head === undefined || claims === undefined || signature === undefined) return false;
  const { iss, iat, exp } = decoded(claims);
  const lasts = Number(exp) - Number(iat);
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    keys.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  return signed && String(iss) === String(appId) && lasts > 0 && lasts <= 600;
};

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  if (chunks.length === 0) return {};
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return isRecord(value) ? value : {};
};

const notFound: FakeAnswer = { status: 404, body: { message: 'Not Found' } };
const unauthorized: FakeAnswer = { status: 401, body: { message: 'Bad credentials' } };

export const startFakeGithub = async () => {
  const handlers: { readonly method: string; readonly path: RegExp; readonly handler: Handler }[] = [];
  const requests: FakeRequest[] = [];
  const tokens = new Map<string, unknown>();
  const installed = { permissions: {} as Record<string, string>, tokenLastsMs: 3_600_000 };

  const on = (method: string, path: string, handler: Handler | FakeAnswer): void => {
    const pattern = new RegExp(`^${path.replaceAll(/[.+]/g, '\\$&').replaceAll(/\{[a-z]+\}/g, '([^/]+)')}$`);
    handlers.unshift({ method, path: pattern, handler: typeof handler === 'function' ? handler : () => handler });
  };
  const asApp =
    (answer: Handler): Handler =>
    (request, params) =>
      isAppJwt(request.headers.authorization) ? answer(request, params) : unauthorized;

  on(
    'GET',
    '/app',
    asApp(() => ({ body: { slug: 'rig-conductor' } })),
  );
  on(
    'GET',
    '/repos/acme/{repo}/installation',
    asApp((_, [repo]) => (repo === 'elsewhere' ? notFound : { body: { id: 7, permissions: installed.permissions } })),
  );
  on(
    'POST',
    '/app/installations/7/access_tokens',
    asApp(({ body }) => {
      const token = `ghs_${'a'.repeat(30)}${tokens.size + 1}`;
      tokens.set(token, body);
      const expires = new Date(Date.now() + installed.tokenLastsMs).toISOString();
      return { status: 201, body: { token, expires_at: expires.replace(/\.\d+Z/, 'Z') } };
    }),
  );

  const answerTo = (request: FakeRequest): FakeAnswer => {
    for (const { method, path, handler } of handlers) {
      const match = method === request.method ? path.exec(request.path) : null;
      if (match === null) continue;
      const token = request.headers.authorization?.replace(/^token /, '') ?? '';
      const open = isAppJwt(request.headers.authorization) || tokens.has(token);
      return open ? handler(request, match.slice(1).map(decodeURIComponent)) : unauthorized;
    }
    return notFound;
  };

  const server = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const url = new URL(incoming.url ?? '/', 'http://fake');
      const { method = 'GET', headers } = incoming;
      const request = { method, path: url.pathname, query: url.searchParams, headers, body };
      requests.push(request);
      const answer = answerTo(request);
      if (answer.silent === true) return;
      if (answer.hangUp === true) {
        incoming.socket.destroy();
        return;
      }
      response.writeHead(answer.status ?? 200, {
        'content-type': 'application/json; charset=utf-8',
        ...answer.headers,
      });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = isRecord(address) ? Number(address['port']) : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    on,
    requests,
    tokens,
    installed,
    seen: (method: string, path: string): readonly FakeRequest[] =>
      requests.filter((request) => request.method === method && request.path === path),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export type FakeGithub = Awaited<ReturnType<typeof startFakeGithub>>;

export const sha = (digit: string): string => digit.repeat(40);

export const wirePull = (over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  number: 8,
  node_id: 'PR_8',
  title: 'feat: greet by name',
  body: null,
  labels: [{ name: 'rig' }],
  user: { login: 'rig-author[bot]' },
  state: 'open',
  merged: false,
  merge_commit_sha: sha('f'),
  merged_by: null,
  draft: false,
  head: { ref: 'rig/issue-7-greet', sha: sha('a'), repo: { full_name: 'acme/greeter' } },
  base: { ref: 'main' },
  mergeable: true,
  changed_files: 2,
  created_at: '2026-03-02T09:30:00Z',
  updated_at: '2026-03-02T10:30:00+01:00',
  ...over,
});

export const wireIssue = (number: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  number,
  title: `Issue ${number}`,
  body: null,
  labels: [{ name: 'agent-ready' }, 'P1'],
  user: null,
  state: 'open',
  created_at: '2026-03-02T09:30:00Z',
  updated_at: '2026-03-02T09:30:00Z',
  ...over,
});
