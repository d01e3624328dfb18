import { describe, expect, it } from '@jest/globals';
import { eventually, fakeClock, testSignal } from './index.js';

describe('the fake clock', () => {
  it('wakes sleepers in the order of their time, each at its own time', async () => {
    const clock = fakeClock(1_000);
    const seen: [string, number][] = [];
    const nap = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      seen.push([name, clock.now()]);
    };
    const naps = [nap('late', 30), nap('early', 10), nap('never', 100)];
    await clock.advance(50);
    expect(seen).toEqual([
      ['early', 1_010],
      ['late', 1_030],
    ]);
    expect(clock.now()).toBe(1_050);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(50);
    await Promise.all(naps);
  });

  it('lets a woken sleeper sleep again within the same advance', async () => {
    const clock = fakeClock(0);
    let turns = 0;
    const loop = (async () => {
      for (let i = 0; i < 5; i++) {
        await clock.sleep(10);
        turns += 1;
      }
    })();
    await clock.advance(35);
    expect(turns).toBe(3);
    await clock.advance(15);
    await loop;
    expect(turns).toBe(5);
  });

  it('ends a sleep at once when its signal aborts', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const slept = clock.sleep(1_000_000, stop.signal);
    await clock.asleep();
    stop.abort();
    await slept;
    expect(clock.sleepers()).toBe(0);
    await clock.sleep(1, AbortSignal.abort());
  });
});

describe('a test signal', () => {
  it('hands over what came before and what comes after the wait began', async () => {
    const signal = testSignal<number>();
    signal.emit(1);
    expect(await signal.next()).toBe(1);
    const two = signal.take(2);
    signal.emit(2);
    signal.emit(3);
    expect(await two).toEqual([2, 3]);
    expect(signal.count).toBe(3);
  });

  it('fails by its name when nothing comes, and loses no later value', async () => {
    const signal = testSignal<string>('relay has written');
    await expect(signal.next(5)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringContaining('relay has written'),
    });
    signal.emit('later');
    expect(await signal.next()).toBe('later');
  });
});

describe('eventually', () => {
  it('tries again while the condition throws or is false', async () => {
    let tries = 0;
    const value = await eventually(
      () => {
        tries += 1;
        if (tries === 1) throw new Error('too early');
        return tries < 3 ? false : { tries };
      },
      { everyMs: 1 },
    );
    expect(value).toEqual({ tries: 3 });
  });

  it('gives up with the last failure in its message', async () => {
    const never = eventually(() => expect(1).toBe(2), { withinMs: 5, everyMs: 1, what: 'one being two' });
    await expect(never).rejects.toMatchObject({ code: 'NEVER_HAPPENED' });
  });
});
