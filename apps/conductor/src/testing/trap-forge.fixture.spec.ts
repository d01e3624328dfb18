import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
}

const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    heard.push({ method, path: url, authorization: headers.authorization ?? '' });
    request.resume();
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, heard, close };
};

/** A service of our own network that nobody should ever call. */
export const startTrap = () => listen((_, response) => void response.end('{}'));

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** As much of a forge as an attempt needs: acme/greeter, whose ready labels ada may set. */
export const startTrapForge = async () => {
  const tokens: string[] = [];
  const routes: Readonly<Record<string, () => readonly [number, unknown]>> = {
    'GET /app': () => [200, { slug: 'rig-author' }],
    'GET /app/installations': () => [200, []],
    'GET /app/hook/deliveries': () => [200, []],
    'GET /repos/acme/greeter/installation': () => [200, { id: 7, permissions: {} }],
    'POST /app/installations/7/access_tokens': () => {
      const token = `ghs_${randomBytes(18).toString('hex')}`;
      tokens.push(token);
      return [201, { token, expires_at: '2999-01-01T00:00:00Z' }];
    },
    'DELETE /installation/token': () => [204, undefined],
    'GET /repos/acme/greeter': () => [200, { default_branch: 'main' }],
    'GET /repos/acme/greeter/issues': () => [200, []],
    'GET /repos/acme/greeter/pulls': () => [200, []],
    'GET /repos/acme/greeter/collaborators/ada/permission': () => [200, { permission: 'admin' }],
  };
  const server = await listen((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [status, body] = routes[`${request.method} ${path}`]?.() ?? [404, { message: 'Not Found' }];
    if (body === undefined) response.writeHead(status).end();
    else json(response, status, body);
  });
  return { ...server, tokens };
};
