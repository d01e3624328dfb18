import { connect } from 'node:net';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { accept, refuse, silentLogger } from '@rig/kernel';
import { testSignal } from '@rig/testkit';
import { z } from 'zod';
import {
  defineService,
  RawBody,
  startService,
  tokenGuard,
  type AccessVerifier,
  type RunningService,
} from '../index.js';
import { LongLived } from './route-settings.js';

const VERIFIER = Symbol('VERIFIER');
const Guard = tokenGuard(VERIFIER, 'work', { cookie: 'session' });
const verifier: AccessVerifier = {
  verify: (token) =>
    /^[a-z]+$/.test(token)
      ? accept({ subject: token, scopes: ['work'] })
      : refuse({ code: 'TOKEN_INVALID', message: 'no' }),
};

let held: { readonly entered: ReturnType<typeof testSignal<string>>; release(): void; readonly until: Promise<void> };
const holdRequests = (): void => {
  const { promise, resolve } = Promise.withResolvers<void>();
  held = { entered: testSignal<string>('a request is held'), release: resolve, until: promise };
};

@Controller('api')
class BusyController {
  @Get('mine')
  @UseGuards(Guard)
  mine(): unknown {
    return {};
  }

  @Post('mine')
  @UseGuards(Guard)
  change(): unknown {
    return {};
  }

  @Post('hold')
  async hold(): Promise<unknown> {
    held.entered.emit('held');
    await held.until;
    return {};
  }

  @Get('stream')
  @LongLived()
  async stream(): Promise<unknown> {
    return this.hold();
  }

  @Post('raw')
  @RawBody(25 * 1024 * 1024)
  raw(@Body() body: Buffer): unknown {
    return { bytes: body.length };
  }

  @Post('json')
  json(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ controllers: [BusyController], providers: [{ provide: VERIFIER, useValue: verifier }] })
class BusyModule {}

const busy = defineService({ name: 'busy', configSchema: z.object({}), create: () => ({ module: BusyModule }) });

const withLimits = async (
  limits: Record<string, string>,
  test: (service: RunningService) => Promise<void>,
): Promise<void> => {
  const env = { HOSTNAME: 'busy-0', RIG_PORT: '0', ...limits };
  const service = await startService(busy, { env, logger: silentLogger });
  try {
    await test(service);
  } finally {
    await service.stop();
  }
};

const ask = (service: RunningService, token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${service.url}/api/mine`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });

/** What a connection that sends this and then nothing more is answered, until it is closed. */
const whatBecomesOf = (service: RunningService, sent: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) }, () => void socket.write(sent));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });

const announce = (service: RunningService, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
    const sent = request(`${service.url}${path}`, { method: 'POST', headers });
    sent.on('response', ({ statusCode = 0, headers: got }) => {
      resolve({ status: statusCode, retryAfter: got['retry-after'] });
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });

describe('the rate of one caller', () => {
  it('is bounded by 429 with Retry-After, and another caller does not notice', () =>
    withLimits({ RIG_RATE_PER_CALLER: '1', RIG_BURST_PER_CALLER: '5' }, async (service) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(service, 'greedy')));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.headers.get('retry-after')).toBe('1');
      expect(await refused?.json()).toMatchObject({ code: 'RATE_LIMITED', fix: expect.any(String) });
      expect((await ask(service, 'modest')).status).toBe(200);
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    }));

  it('is not used up by others who name the caller without a valid token', () =>
    withLimits({ RIG_RATE_PER_CALLER: '1', RIG_BURST_PER_CALLER: '1' }, async (service) => {
      for (let n = 0; n < 5; n++) expect((await ask(service, 'GREEDY')).status).toBe(401);
      expect((await ask(service, 'greedy')).status).toBe(200);
    }));

  it('is bounded by address before anything is verified', () =>
    withLimits({ RIG_RATE_PER_ADDRESS: '1', RIG_BURST_PER_ADDRESS: '3' }, async (service) => {
      const statuses = [];
      for (let n = 0; n < 5; n++) statuses.push((await ask(service, 'NOBODY')).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    }));
});

describe('what is answered at once', () => {
  it('is bounded: the rest gets 503 with Retry-After at once, health and open streams are not counted', () =>
    withLimits({ RIG_MAX_IN_FLIGHT: '2' }, async (service) => {
      holdRequests();
      const streams = [1, 2, 3].map(() => fetch(`${service.url}/api/stream`));
      for (let n = 0; n < 3; n++) await held.entered.next();
      const slow = [1, 2].map(() => fetch(`${service.url}/api/hold`, { method: 'POST' }));
      for (let n = 0; n < 2; n++) await held.entered.next();
      const shed = await ask(service, 'anyone');
      expect([shed.status, shed.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await shed.json()).toMatchObject({ code: 'OVERLOADED' });
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
        /rig_http_shed_total\{reason="requests".*\} 1/,
      );
      held.release();
      const answers = await Promise.all([...streams, ...slow]);
      await Promise.all(answers.map((answer) => answer.text()));
      expect((await ask(service, 'anyone')).status).toBe(200);
    }));

  it('is bounded in bytes, counted as announced, before they are read', () =>
    withLimits({ RIG_MAX_IN_FLIGHT_MB: '26' }, async (service) => {
      const big = { 'content-type': 'application/json', 'content-length': String(25 * 1024 * 1024) };
      const headers = { ...big, expect: '100-continue' };
      const sender = request(`${service.url}/api/raw`, { method: 'POST', headers });
      sender.on('error', () => undefined);
      // The server says so when it has begun with the request.
      const begun = new Promise<void>((resolve) => sender.once('continue', resolve));
      sender.flushHeaders();
      await begun;
      const second = await announce(service, '/api/raw', big);
      expect([second.status, second.retryAfter]).toEqual([503, '1']);
      const chunked = await announce(service, '/api/raw', { 'transfer-encoding': 'chunked' });
      expect(chunked.status).toBe(503);
      sender.destroy();
    }));
});

describe('a slow sender', () => {
  const limits = { RIG_HEADERS_TIMEOUT_MS: '200', RIG_REQUEST_TIMEOUT_MS: '500' };

  it.each([
    ['that sends nothing', ''],
    ['that never ends its headers', 'POST /api/json HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    [
      'that never ends its body',
      'POST /api/json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    ],
  ])('%s is cut off', (_what, sent) =>
    withLimits(limits, async (service) => {
      const answer = await whatBecomesOf(service, sent);
      expect(answer === '' || answer.startsWith('HTTP/1.1 408')).toBe(true);
      expect((await ask(service, 'anyone')).status).toBe(200);
    }),
  );

  it('cannot hold more connections than are allowed', () =>
    withLimits({ ...limits, RIG_MAX_CONNECTIONS: '3' }, async (service) => {
      const begun = Date.now();
      const all = await Promise.all(Array.from({ length: 10 }, () => whatBecomesOf(service, 'GET / HTTP/1.1\r\n')));
      expect(all.filter((answer) => answer === '').length).toBeGreaterThanOrEqual(7);
      expect(Date.now() - begun).toBeLessThan(5_000);
      expect((await ask(service, 'anyone')).status).toBe(200);
    }));
});

describe('a compressed bomb', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a'));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

  it('is not unpacked: JSON routes refuse it, raw routes see its packed bytes', () =>
    withLimits({}, async (service) => {
      expect(bomb.length).toBeLessThan(100_000);
      const json = await fetch(`${service.url}/api/json`, { method: 'POST', headers, body: bomb });
      expect(json.status).toBe(400);
      const raw = await fetch(`${service.url}/api/raw`, { method: 'POST', headers, body: bomb });
      expect(await raw.json()).toEqual({ bytes: bomb.length });
    }));
});

describe('a session cookie', () => {
  it('lets another site neither change anything nor ride on it', () =>
    withLimits({}, async (service) => {
      const status = async (method: string, headers: Record<string, string>) =>
        (await fetch(`${service.url}/api/mine`, { method, headers: { cookie: 'a=b; session=ada', ...headers } }))
          .status;
      expect(await status('GET', {})).toBe(200);
      expect(await status('POST', {})).toBe(401);
      expect(await status('POST', { 'sec-fetch-site': 'cross-site' })).toBe(401);
      expect(await status('POST', { 'sec-fetch-site': 'same-site' })).toBe(401);
      expect(await status('POST', { 'sec-fetch-site': 'same-origin' })).toBe(201);
    }));
});
