import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface InstantForge {
  readonly url: string;
  close(): Promise<void>;
}

const INSTALLATION = { id: 1, permissions: { metadata: 'read', contents: 'write', issues: 'write' } };

const answerTo = (path: string): readonly [status: number, body: unknown] => {
  if (path.endsWith('/installation')) return [200, INSTALLATION];
  if (path.endsWith('/access_tokens')) {
    return [201, { token: 'ghs_bench', expires_at: new Date(Date.now() + 3_600_000).toISOString() }];
  }
  if (path.endsWith('/permission')) return [200, { permission: 'write', role_name: 'write' }];
  if (/^\/repos\/[^/]+\/[^/]+$/.test(path)) return [200, { default_branch: 'main' }];
  if (path === '/app/installations' || path === '/app/hook/deliveries') return [200, []];
  return [404, { message: 'Not Found' }];
};

const handle = (request: IncomingMessage, response: ServerResponse): void => {
  request.resume();
  const [status, body] = answerTo(new URL(request.url ?? '/', 'http://forge').pathname);
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
};

/** A forge that knows nothing and answers at once: what it takes itself shall not count. */
export const startInstantForge = (): Promise<InstantForge> =>
  new Promise((resolve) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, handle);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.closeAllConnections();
            server.close(() => closed());
          }),
      });
    });
  });
