import { describe, expect, it } from '@jest/globals';
import { startOrStop } from './start-or-stop.js';

const system = () => {
  const seen = { stops: 0 };
  return {
    seen,
    stop: async () => {
      seen.stops += 1;
    },
  };
};

describe('a start that Ctrl-C may end', () => {
  it('hands on what was started', async () => {
    const made = system();
    expect(await startOrStop(Promise.resolve(made), new AbortController().signal, () => undefined)).toBe(made);
    expect(made.seen.stops).toBe(0);
  });

  it('hands on why it failed', async () => {
    const failing = startOrStop(Promise.reject(new Error('no disk')), new AbortController().signal, () => undefined);
    await expect(failing).rejects.toThrow('no disk');
  });

  it('stops what comes up after the interruption', async () => {
    const made = system();
    const stop = new AbortController();
    const late = Promise.withResolvers<typeof made>();
    let told = 0;
    const waiting = startOrStop(late.promise, stop.signal, () => (told += 1));
    stop.abort();
    late.resolve(made);
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect([made.seen.stops, told]).toEqual([1, 1]);
  });

  it('takes a failure after the interruption for the interruption', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(startOrStop(Promise.reject(new Error('initdb')), stop.signal, () => undefined)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
