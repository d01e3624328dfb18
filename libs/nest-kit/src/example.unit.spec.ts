import { Body, Controller, Get, Inject, Module, Post, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { accept, refuse, RigError, silentLogger } from '@rig/kernel';
import { request } from 'node:http';
import { z } from 'zod';
import {
  Caller,
  defineService,
  envSchema,
  KIT,
  parseBody,
  ProblemException,
  RawBody,
  startService,
  tokenGuard,
  type AccessVerifier,
  type Kit,
  type Principal,
  type RunningService,
} from './index.js';

// ── A whole service: what an app's main.ts, config.ts and app.module.ts hold between them ──
const VERIFIER = Symbol('VERIFIER');
const Greeting = z.object({ name: z.string().min(1).max(20) });

@Controller('api')
class GreetingController {
  constructor(@Inject(KIT) private readonly kit: Kit) {}

  @Post('greetings')
  @UseGuards(tokenGuard(VERIFIER, 'work'))
  greet(@Body() body: unknown, @Caller() caller: Principal): unknown {
    return { text: `Hello ${parseBody(Greeting, body).name}`, from: caller.subject, host: this.kit.hostname };
  }

  @Post('raw')
  @RawBody(64)
  raw(@Body() body: Buffer): unknown {
    return { bytes: body.length, text: body.toString() };
  }

  @Post('big')
  @RawBody(2 * 1024 * 1024)
  big(@Body() body: Buffer): unknown {
    return { bytes: body.length };
  }

  @Get('broken/:how')
  broken(): never {
    throw new RigError({ code: 'BUS_UNAVAILABLE', kind: 'retryable', message: 'Valkey does not answer' });
  }

  @Get('secret')
  secret(): never {
    throw new Error('password=hunter2');
  }

  @Get('conflict')
  conflict(): never {
    throw new ProblemException({
      status: 409,
      code: 'FENCE_SUPERSEDED',
      detail: 'A newer attempt runs.',
      fix: 'Stop.',
    });
  }
}

const verifier: AccessVerifier = {
  verify: async (token) =>
    token === 'good'
      ? accept({ subject: 'dev-e-1', scopes: ['work'] })
      : token === 'narrow'
        ? accept({ subject: 'dev-e-1', scopes: ['enrol'] })
        : refuse({ code: 'TOKEN_INVALID', message: 'The token is not valid.' }),
};

@Module({ controllers: [GreetingController], providers: [{ provide: VERIFIER, useValue: verifier }] })
class GreetingModule {}

const steps: string[] = [];
const part = (name: string) => ({
  name,
  start: async () => void steps.push(`start ${name}`),
  stop: async () => void steps.push(`stop ${name}`),
});

const greeter = defineService({
  name: 'greeter',
  configSchema: z.object({ GREETER_MOOD: envSchema.text('a mood').default('fine') }),
  create: () => ({
    module: GreetingModule,
    parts: [part('pool'), part('loop')],
    ready: { store: () => ({ ready: true, note: 'warm' }) },
  }),
});
// main.ts would say: await runService(greeter);

const env = { HOSTNAME: 'greeter-0', RIG_PORT: '0' };

const withService = async (test: (service: RunningService) => Promise<void>): Promise<void> => {
  const service = await startService(greeter, { env, logger: silentLogger });
  try {
    await test(service);
  } finally {
    await service.stop();
  }
};

const post = (service: RunningService, path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

/** Says how long the body will be and sends none of it: the answer must come all the same. */
const announce = (service: RunningService, path: string, bytes: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(bytes) },
    });
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });

describe('a service', () => {
  it('answers health, readiness with its parts, and metrics', () =>
    withService(async (service) => {
      expect(await (await fetch(`${service.url}/healthz`)).json()).toEqual({ alive: true });
      const ready = await fetch(`${service.url}/readyz`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toEqual({
        ready: true,
        parts: [
          { name: 'service', ready: true },
          { name: 'pool', ready: true },
          { name: 'loop', ready: true },
          { name: 'store', ready: true, note: 'warm' },
        ],
      });
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).toContain('process_cpu_user_seconds_total{service="greeter"}');
    }));

  it('lets a token with the scope through and names the caller', () =>
    withService(async (service) => {
      const answer = await post(service, '/api/greetings', '{"name":"Ada"}', { authorization: 'Bearer good' });
      expect(await answer.json()).toEqual({ text: 'Hello Ada', from: 'dev-e-1', host: 'greeter-0' });
    }));

  it('refuses a missing, a wrong and a narrow token', () =>
    withService(async (service) => {
      const ask = async (headers: Record<string, string>) => {
        const answer = await post(service, '/api/greetings', '{"name":"Ada"}', headers);
        const { code } = (await answer.json()) as { code: string };
        return [answer.status, code];
      };
      expect(await ask({})).toEqual([401, 'TOKEN_MISSING']);
      expect(await ask({ authorization: 'Bearer bad' })).toEqual([401, 'TOKEN_INVALID']);
      expect(await ask({ authorization: 'Bearer narrow' })).toEqual([403, 'SCOPE_MISSING']);
    }));

  it('names the field of a body that does not fit, as problem+json', () =>
    withService(async (service) => {
      const answer = await post(service, '/api/greetings', '{"name":""}', { authorization: 'Bearer good' });
      expect(answer.status).toBe(422);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'BODY_INVALID', field: 'name', status: 422 });
    }));

  it('refuses broken JSON, poisoned JSON, other content types and unknown routes by code', () =>
    withService(async (service) => {
      const authorization = 'Bearer good';
      const code = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
      expect(await code(await post(service, '/api/greetings', '{', { authorization }))).toEqual([
        400,
        'REQUEST_MALFORMED',
      ]);
      expect(await code(await post(service, '/api/greetings', '{"__proto__":{}}', { authorization }))).toEqual([
        400,
        'REQUEST_MALFORMED',
      ]);
      expect(
        await code(await post(service, '/api/greetings', 'a=b', { authorization, 'content-type': 'text/plain' })),
      ).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED']);
      expect(await code(await fetch(`${service.url}/api/nothing`))).toEqual([404, 'ROUTE_NOT_FOUND']);
    }));

  it('gives raw routes the untouched bytes, whatever they are', () =>
    withService(async (service) => {
      expect(await (await post(service, '/api/raw', '{"a": 1 ')).json()).toEqual({ bytes: 8, text: '{"a": 1 ' });
      const form = await post(service, '/api/raw', 'payload=x', {
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect(await form.json()).toEqual({ bytes: 9, text: 'payload=x' });
    }));

  it('refuses a body over the limit of its route before reading it', () =>
    withService(async (service) => {
      expect(await announce(service, '/api/raw', 65)).toBe(413);
      expect(await announce(service, '/api/greetings', 1024 * 1024 + 1)).toBe(413);
      expect((await post(service, '/api/raw', 'x'.repeat(64))).status).toBe(201);
      const big = await post(service, '/api/big', 'x'.repeat(1_500_000));
      expect(await big.json()).toEqual({ bytes: 1_500_000 });
      // Without a length the reading ends at the limit.
      const chunks = new Blob(['x'.repeat(100)]).stream();
      const chunked = await fetch(`${service.url}/api/raw`, { method: 'POST', body: chunks, duplex: 'half' });
      expect(chunked.status).toBe(413);
    }));

  it('hides unknown errors, shows its own retryable ones with a code', () =>
    withService(async (service) => {
      const secret = await fetch(`${service.url}/api/secret`);
      expect(secret.status).toBe(500);
      expect(await secret.text()).not.toContain('hunter2');
      const broken = await fetch(`${service.url}/api/broken/x`);
      expect([broken.status, broken.headers.get('retry-after')]).toEqual([503, '1']);
      const conflict = await fetch(`${service.url}/api/conflict`);
      expect(await conflict.json()).toMatchObject({
        code: 'FENCE_SUPERSEDED',
        title: 'Fence superseded',
        fix: 'Stop.',
      });
    }));

  it('starts its parts in order and stops them in reverse, once', async () => {
    steps.length = 0;
    const service = await startService(greeter, { env, logger: silentLogger });
    expect(await Promise.all([service.stop(), service.stop()])).toEqual([true, true]);
    expect(steps).toEqual(['start pool', 'start loop', 'stop loop', 'stop pool']);
    expect(service.kit.stopping.aborted).toBe(true);
  });

  it('does not boot without HOSTNAME, and says what to do', async () => {
    const boot = startService(greeter, { env: { RIG_PORT: '0' }, logger: silentLogger });
    await expect(boot).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('HOSTNAME is not set'),
      fix: expect.stringContaining('Set HOSTNAME to a name of its own for each process'),
    });
  });
});
