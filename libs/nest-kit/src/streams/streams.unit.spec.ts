import { Controller, Module, type OnModuleDestroy } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { accept, refuse, RigError, silentLogger, type Logger } from '@rig/kernel';
import { createMemoryStreamBus, type StreamBus, type Verdict } from '@rig/stream-bus';
import { eventually, fakeClock, testSignal } from '@rig/testkit';
import { z } from 'zod';
import { OnStream, startService, type RunningService, type StreamContext, type StreamSubscription } from '../index.js';

const STREAM = 'rig:notes';
const parse = (json: unknown) =>
  typeof json === 'string' ? accept(json) : refuse({ code: 'NOT_TEXT', message: 'not text' });
const subscription: StreamSubscription = { stream: STREAM, group: 'readers', parse, blockMs: 50 };

let bus: StreamBus;
let seen: ReturnType<typeof testSignal<string>>;
let steps: string[];
let release: () => void;

@Controller()
class Reader implements OnModuleDestroy {
  @OnStream(STREAM, 'readers')
  async read(@Payload() text: string, @Ctx() context: StreamContext): Promise<Verdict | undefined> {
    seen.emit(`${text} ${context.attempt} ${context.consumer}`);
    if (text === 'throw') throw new Error('the handler failed');
    if (text === 'terminal') throw new RigError({ code: 'NEVER', kind: 'terminal', message: 'no way' });
    if (text === 'slow') {
      await new Promise<void>((resolve) => (release = resolve));
      steps.push('handler done');
    }
    return text === 'leave' ? { verdict: 'leave' } : undefined;
  }

  onModuleDestroy(): void {
    steps.push('module destroyed');
  }
}

@Controller()
class SecondReader {
  @EventPattern<string>('rig:notes#readers')
  read(): void {
    seen.emit('second');
  }
}

@Module({ controllers: [Reader] })
class OneReader {}
@Module({ controllers: [Reader, SecondReader] })
class TwoReaders {}
@Module({})
class NoReader {}

const start = (module: typeof OneReader, subscriptions: readonly StreamSubscription[] = [subscription]) => {
  const part = { name: 'pool', start: async () => undefined, stop: async () => void steps.push('pool stopped') };
  const create = () => ({ module, parts: [part], streams: { bus, subscriptions } });
  const definition = { name: 'reader', configSchema: z.object({}), create };
  return startService(definition, { env: { HOSTNAME: 'reader-0', RIG_PORT: '0' }, logger: silentLogger });
};

const withReader = async (test: (service: RunningService) => Promise<void>): Promise<void> => {
  const service = await start(OneReader);
  try {
    await test(service);
  } finally {
    await service.stop();
  }
};
const pending = async (): Promise<number> => (await bus.groups(STREAM))[0]?.pending ?? -1;

beforeEach(() => {
  bus = createMemoryStreamBus();
  seen = testSignal<string>();
  steps = [];
});

describe('stream handlers', () => {
  it('acknowledge by returning', () =>
    withReader(async () => {
      await bus.publish(STREAM, 'hello');
      expect(await seen.next()).toBe('hello 1 reader-0');
      await eventually(async () => expect(await pending()).toBe(0));
    }));

  it('leave their entry pending by throwing', () =>
    withReader(async () => {
      await bus.publishMany(STREAM, ['throw', 'after']);
      expect(await seen.take(2)).toEqual(['throw 1 reader-0', 'after 1 reader-0']);
      await eventually(async () =>
        expect(await bus.outstanding(STREAM, 'readers', 5)).toMatchObject([{ json: '"throw"' }]),
      );
      expect(await pending()).toBe(1);
    }));

  it('bury their entry with the original error by throwing a terminal one', () =>
    withReader(async () => {
      await bus.publishMany(STREAM, ['terminal', 7]);
      const reasons = await eventually(async () => {
        const dead = await bus.dead('rig:dead:notes:readers', 5);
        return dead.length === 2 && dead.map(({ reason }) => reason);
      });
      expect(reasons).toEqual(['NEVER: no way', 'NOT_TEXT: not text']);
    }));

  it('may answer with a verdict of their own', () =>
    withReader(async () => {
      await bus.publish(STREAM, 'leave');
      await seen.next();
      expect(await pending()).toBe(1);
    }));

  it('end before the parts they need, and those before anything of Nest is destroyed', async () => {
    const service = await start(OneReader);
    await bus.publishMany(STREAM, ['slow', 'never begun']);
    expect(await seen.next()).toBe('slow 1 reader-0');
    const stopped = Promise.all([service.stop(), service.stop()]);
    await eventually(async () => {
      const ready = await fetch(`${service.url}/readyz`);
      expect(ready.status).toBe(503);
    });
    expect((await fetch(`${service.url}/anything`)).status).toBe(503);
    expect(steps).toEqual([]);
    release();
    expect(await stopped).toEqual([true, true]);
    expect(steps).toEqual(['handler done', 'pool stopped', 'module destroyed']);
    expect(await bus.outstanding(STREAM, 'readers', 5)).toMatchObject([{ json: '"never begun"' }]);
    expect(seen.count).toBe(1);
  });
});

describe('a service does not boot', () => {
  const wiring = (message: string) => ({ code: 'STREAM_WIRING', message: expect.stringContaining(message) });

  it('when a subscription has no handler', async () => {
    await expect(start(NoReader)).rejects.toMatchObject(wiring('rig:notes#readers has no handler'));
  });

  it('when a subscription has two handlers', async () => {
    await expect(start(TwoReaders)).rejects.toMatchObject(wiring('rig:notes#readers has 2 handlers'));
  });

  it('when a handler has no subscription, or a subscription is declared twice', async () => {
    await expect(start(OneReader, [])).rejects.toMatchObject(wiring('has no subscription'));
    await expect(start(OneReader, [subscription, subscription])).rejects.toMatchObject(wiring('declared twice'));
  });
});

describe('a shutdown', () => {
  it.each([
    ['25 seconds', undefined, 25_000],
    ['the time that the service asks for', 600_000, 600_000],
  ])('is given up after %s when a part hangs, and lives until then', async (_name, shutdownMs, limitMs) => {
    const clock = fakeClock();
    const part = {
      name: 'stuck',
      start: async () => undefined,
      stop: () => new Promise<void>((resolve) => (release = resolve)),
    };
    const complaints: unknown[] = [];
    const logger: Logger = { log: (level, message, fields) => level === 'error' && complaints.push([message, fields]) };
    const definition = {
      name: 'hanger',
      configSchema: z.object({}),
      create: () => ({ module: NoReader, parts: [part], ...(shutdownMs === undefined ? {} : { shutdownMs }) }),
    };
    const service = await startService(definition, { env: { HOSTNAME: 'h', RIG_PORT: '0' }, logger, clock });
    const stopped = service.stop();
    await clock.asleep();
    await clock.advance(limitMs - 1);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    await clock.advance(1);
    expect(await stopped).toBe(false);
    expect(complaints).toEqual([['the shutdown did not end in time', { step: 'parts', part: 'stuck' }]]);
    release();
  });
});
