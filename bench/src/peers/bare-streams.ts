import { Redis } from 'ioredis';

export interface BareStreams {
  /** Reads, parses and acknowledges `total` entries in batches: the loop anyone would write first. */
  drain(stream: string, group: string, total: number, batch: number): Promise<void>;
  remove(stream: string): Promise<void>;
  close(): Promise<void>;
}

type RawEntry = readonly [id: string, fields: readonly string[]];
type Reply = readonly (readonly [stream: string, entries: readonly RawEntry[]])[] | null;

/** A bare loop over ioredis with JSON.parse: no retries, no dead letters, no recovery, one round trip a batch each way. */
export const openBareStreams = (url: string): BareStreams => {
  const redis = new Redis(url, { protocol: 2 });
  return {
    drain: async (stream, group, total, batch) => {
      let handled = 0;
      while (handled < total) {
        const place = ['GROUP', group, 'bench-0', 'COUNT', batch, 'BLOCK', 2_000, 'STREAMS', stream, '>'];
        const reply = (await redis.call('XREADGROUP', ...place)) as Reply;
        const entries = reply?.[0]?.[1] ?? [];
        const ids: string[] = [];
        for (const [id, fields] of entries) {
          const value: unknown = JSON.parse(fields[1] ?? 'null');
          if (value !== null) handled += 1;
          ids.push(id);
        }
        if (ids.length > 0) await redis.xack(stream, group, ...ids);
      }
    },
    remove: async (stream) => void (await redis.unlink(stream)),
    close: async () => void (await redis.quit()),
  };
};
