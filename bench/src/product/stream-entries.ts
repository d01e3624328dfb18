import { CommittedEnvelope } from '@rig/contracts';
import { accept, refuse, silentLogger, type Refusal, type Result } from '@rig/kernel';
import { createValkeyStreamBus, type StreamBus } from '@rig/stream-bus';
import { itemEnvelope } from './item-events.js';

/** Bytes of one entry. */
const BYTES = 512;

/** An event as the relay writes it, filled up to 512 bytes of JSON. */
export const entry = (position: number): CommittedEnvelope => {
  const event = itemEnvelope('issue/acme/greeter/1', position, position);
  const missing = BYTES - Buffer.byteLength(JSON.stringify({ ...event, data: { ...event.data, pad: '' } }));
  return { ...event, data: { ...event.data, pad: 'x'.repeat(Math.max(0, missing)) } };
};

/** As every consumer of the log's stream parses it. */
export const parseEnvelope = (json: unknown): Result<CommittedEnvelope, Refusal> => {
  const parsed = CommittedEnvelope.safeParse(json);
  return parsed.success ? accept(parsed.data) : refuse({ code: 'ENVELOPE_INVALID', message: 'not an envelope' });
};

export const takeAsIs = (json: unknown): Result<unknown, Refusal> => accept(json);

export interface BusRun {
  readonly stream: string;
  readonly group: string;
  readonly total: number;
  readonly batch: number;
  parse(json: unknown): Result<unknown, Refusal>;
}

/** Takes `total` entries off a stream; resolves when all are handled and acknowledged. */
export const drain = async (bus: StreamBus, { total, ...run }: BusRun): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let handled = 0;
  const consumer = bus.consume({
    ...run,
    consumer: 'bench-0',
    handle: async () => {
      handled += 1;
      if (handled === total) resolve();
      return { verdict: 'ack' };
    },
  });
  await consumer.start();
  await promise;
  // Stopping writes the acknowledgements that are left.
  await consumer.stop();
  const [group] = (await bus.groups(run.stream)).filter(({ name }) => name === run.group);
  if (group?.pending !== 0 || group.lag !== 0) throw new Error(`${group?.pending ?? '?'} entries were left`);
};

export const openBus = (url: string): StreamBus =>
  createValkeyStreamBus({ url, logger: silentLogger, connectionName: 'bench' });
