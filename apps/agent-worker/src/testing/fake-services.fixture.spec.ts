import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Assignment, Fact, TaskBrief, TaskToken } from '@rig/contracts';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export const problem = (status: number, code: string): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, detail: code, code },
});

/** Conductor and gateway in one small HTTP server; tests change its answers while it runs. */
export interface FakeServices {
  readonly url: string;
  /** Facts in the order in which they were taken. */
  readonly facts: Fact[];
  /** Requests as `METHOD /path`. */
  readonly calls: string[];
  start: () => Answer;
  renew: () => Answer;
  token: () => Answer;
  next: () => Assignment | undefined;
  /** What became of a report; by default it is applied once it has come. */
  report: (id: string) => Answer;
  events: (facts: readonly Fact[]) => Answer;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
};

export const startFakeServices = async (brief: TaskBrief, token: TaskToken): Promise<FakeServices> => {
  const answer = (path: string, body: unknown): Answer => {
    if (path === '/api/agent-tokens') {
      return { status: 200, body: { token: 'work', expiresAt: new Date(Date.now() + 600_000).toISOString() } };
    }
    if (path.startsWith('/api/reports/')) return fake.report(path.slice('/api/reports/'.length));
    if (path.endsWith('/start')) return fake.start();
    if (path.endsWith('/renew')) return fake.renew();
    if (path.endsWith('/token')) return fake.token();
    if (path.includes('/next')) {
      const next = fake.next();
      return next === undefined ? { status: 204 } : { status: 200, body: next };
    }
    const facts = body as Fact[];
    const said = fake.events(facts);
    if (said.status < 300) fake.facts.push(...facts);
    return said;
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    fake.calls.push(`${request.method ?? ''} ${path}`);
    void bodyOf(request).then((body) => {
      const { status, body: said } = answer(path, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(said === undefined ? undefined : JSON.stringify(said));
    });
  });
  const fake = {
    url: '',
    facts: [] as Fact[],
    calls: [] as string[],
    start: (): Answer => ({ status: 200, body: brief }),
    renew: (): Answer => ({ status: 200, body: { leaseMs: brief.leaseMs } }),
    token: (): Answer => ({ status: 200, body: token }),
    next: (): Assignment | undefined => undefined,
    report: (id: string): Answer => {
      const status = fake.facts.some((fact) => fact.id === id) ? 'applied' : 'unknown';
      return { status: 200, body: { id, status, reason: null } };
    },
    events: (facts: readonly Fact[]): Answer => ({
      status: 202,
      body: { results: facts.map(({ id }) => ({ id, status: 'accepted' })) },
    }),
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
};
