import type { Lifecycle } from '@rig/kernel';
import type { ConsumeOptions, RelayEntry, StreamBus, Verdict } from '@rig/stream-bus';

export interface FakeBus extends Pick<StreamBus, 'relay' | 'lastPosition' | 'consume'> {
  /** What lies on the stream. */
  readonly entries: { readonly position: number; readonly json: string }[];
  readonly offers: { readonly stream: string; readonly json: string }[];
  /** Every entry and offer ever written, in order. */
  readonly written: string[];
  wipe(): void;
  /** Hands one entry to the consumer. */
  deliver(json: string): Promise<Verdict>;
}

/** One relayed stream and one consumer, in memory. */
export const fakeBus = (): FakeBus => {
  let last = 0;
  let consumer: ((json: unknown) => Promise<Verdict>) | undefined;
  const bus: FakeBus = {
    entries: [],
    offers: [],
    written: [],
    wipe: () => {
      last = 0;
      bus.entries.length = 0;
    },
    lastPosition: async () => last,
    relay: async (_stream, previous, entries: readonly RelayEntry[]) => {
      if (previous !== last) return { status: 'moved', last };
      for (const { position, json, offers } of entries) {
        for (const offer of offers) {
          bus.offers.push(offer);
          bus.written.push(offer.stream);
        }
        bus.entries.push({ position, json });
        bus.written.push(String(position));
        last = position;
      }
      return { status: 'relayed' };
    },
    consume: <T>(options: ConsumeOptions<T>): Lifecycle => {
      const signal = new AbortController().signal;
      return {
        start: async () => {
          consumer = async (json) => {
            const parsed = options.parse(json);
            if (!parsed.ok) return { verdict: 'dead', reason: parsed.refusal.message };
            const { stream, group } = options;
            return options.handle({
              stream,
              group,
              consumer: options.consumer,
              id: '0-0',
              attempt: 1,
              value: parsed.value,
              signal,
            });
          };
        },
        stop: async () => {
          consumer = undefined;
        },
      };
    },
    deliver: async (json) => {
      if (consumer === undefined) throw new Error('nobody consumes');
      return consumer(JSON.parse(json));
    },
  };
  return bus;
};
