import { Redis } from 'ioredis';
import { consumeForParent } from '../harness/consumer.js';

type Reply = readonly (readonly [stream: string, entries: readonly (readonly [string, readonly string[]])[]])[] | null;

/** The bare loop: XREADGROUP, JSON.parse, XACK. */
consumeForParent(async ({ url, stream, group, total }, take) => {
  const redis = new Redis(url, { protocol: 2 });
  await redis.ping();
  const loop = async (): Promise<void> => {
    for (let taken = 0; taken < total;) {
      const place = ['GROUP', group, 'bench-0', 'COUNT', 100, 'BLOCK', 2_000, 'STREAMS', stream, '>'];
      const reply = (await redis.call('XREADGROUP', ...place)) as Reply;
      const entries = reply?.[0]?.[1] ?? [];
      for (const [, fields] of entries) take((JSON.parse(fields[1] ?? '{}') as { position: number }).position);
      taken += entries.length;
      if (entries.length > 0) await redis.xack(stream, group, ...entries.map(([id]) => id));
    }
  };
  const looping = loop();
  return async () => {
    await looping;
    await redis.quit();
  };
});
