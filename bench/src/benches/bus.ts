import type { Measured } from '../core/figure.js';
import { alternate, rate } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { VALKEY_DURABILITY } from '../harness/servers.js';
import { openBareStreams } from '../peers/bare-streams.js';
import { openBullQueue } from '../peers/bullmq.js';
import { drain, entry, openBus, parseEnvelope, takeAsIs } from '../product/stream-entries.js';

/** Entries of one read, for both sides. */
const BATCH = 100;
const GROUP = 'bench';

const HOW =
  `Entries of 512 bytes lie on a stream; one consumer reads ${BATCH} at a time, parses, hands over and acknowledges ` +
  'all of them. The bare loop uses ioredis and JSON.parse and does nothing else; BullMQ has as many jobs with the ' +
  'same data, one worker, 100 at once, completed jobs removed. Filling is not counted.';

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  const url = await context.servers.valkey();
  const total = context.size(50_000, 3_000);
  const jobs = context.size(10_000, 1_000);
  const bus = openBus(url);
  const bare = openBareStreams(url);
  const bull = openBullQueue(await context.servers.valkey());
  const values = (count: number): readonly object[] => Array.from({ length: count }, (_, index) => entry(index + 1));
  let streams = 0;
  const filled = async (): Promise<string> => {
    const stream = `rig:bench-${++streams}`;
    await bus.ensureGroup(stream, GROUP);
    await bus.publishMany(stream, values(total));
    return stream;
  };
  const rig = (parse: typeof takeAsIs) => async (): Promise<number> => {
    const stream = await filled();
    const made = await rate(total, () => drain(bus, { stream, group: GROUP, total, batch: BATCH, parse }));
    await bare.remove(stream);
    return made;
  };
  try {
    const found = await alternate(context, {
      zod: rig(parseEnvelope),
      plain: rig(takeAsIs),
      bare: async () => {
        const stream = await filled();
        const made = await rate(total, () => bare.drain(stream, GROUP, total, BATCH));
        await bare.remove(stream);
        return made;
      },
      bull: async () => {
        await bull.fill(values(jobs));
        return rate(jobs, () => bull.drain(jobs));
      },
    });
    const common = { unit: 'entries/s', how: HOW, durability: VALKEY_DURABILITY };
    const bareLoop = { name: 'bare ioredis loop', values: found.bare };
    const bullmq = { name: 'BullMQ processing', values: found.bull };
    return [
      { ...common, name: 'with zod', values: found.zod, versus: bareLoop, aim: { is: '≥', bound: 0.4 } },
      { ...common, name: 'without zod', values: found.plain, versus: bareLoop, aim: { is: '≥', bound: 0.8 } },
      { ...common, name: 'with zod, beside BullMQ', values: found.zod, versus: bullmq, aim: { is: '≥', bound: 3 } },
    ];
  } finally {
    await bull.close();
    await bare.close();
    await bus.close();
  }
};

export const bus: Bench = {
  name: 'bus',
  about: 'Entries read, parsed, handled and acknowledged a second, beside a bare loop and beside BullMQ.',
  run,
};
