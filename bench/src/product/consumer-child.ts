import { consumeForParent } from '../harness/consumer.js';
import { openBus, parseEnvelope } from './stream-entries.js';

/** A consumer of the log's stream, as every service has one: parsed by zod, acknowledged in batches. */
consumeForParent(async ({ url, stream, group }, take) => {
  const bus = openBus(url);
  const consumer = bus.consume({
    stream,
    group,
    consumer: 'bench-0',
    parse: parseEnvelope,
    handle: async ({ value }) => {
      take(value.position);
      return { verdict: 'ack' };
    },
  });
  await consumer.start();
  return async () => {
    await consumer.stop();
    await bus.close();
  };
});
