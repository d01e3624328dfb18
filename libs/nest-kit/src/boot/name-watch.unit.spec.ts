import { describe, expect, it } from '@jest/globals';
import { systemClock, type Logger } from '@rig/kernel';
import { createMemoryStreamBus } from '@rig/stream-bus';
import { eventually, fakeClock } from '@rig/testkit';
import { createNameWatch } from './name-watch.js';

describe('two processes with one HOSTNAME', () => {
  const clock = fakeClock();
  const bus = createMemoryStreamBus({ clock: systemClock });
  const said: string[] = [];
  const logger: Logger = { log: (level, message) => void (level === 'error' && said.push(message)) };
  const gauged: number[] = [];
  const start = async (incarnation: string) => {
    const gauge = () => (value: number) => void gauged.push(value);
    const watch = createNameWatch({
      bus,
      of: 'gateway',
      kit: { hostname: 'gateway-0', incarnation, clock, logger, gauge },
    });
    await watch.start();
    await clock.asleep();
    return watch;
  };

  it('notice each other; one after the other is no clash', async () => {
    await (await start('earlier')).stop();
    const [one, two] = [await start('one'), await start('two')];
    expect([one.check(), two.check(), said]).toEqual([{ ready: true }, { ready: true }, []]);
    await eventually(async () => {
      await clock.advance(5_000);
      expect([one.check(), two.check()]).toEqual(
        Array.from({ length: 2 }, () => ({ ready: true, note: 'another process is gateway-0, too' })),
      );
    });
    expect(said).toEqual(Array.from({ length: 2 }, () => 'another process has this HOSTNAME'));
    expect(gauged).toContain(1);
    await two.stop();
    await eventually(async () => {
      await clock.advance(5_000);
      expect(one.check()).toEqual({ ready: true });
    });
    await one.stop();
  });
});
