import { createMemoryStreamBus } from './memory-stream-bus.js';
import { streamBusFeatures } from '../stream-bus.features.spec.js';

streamBusFeatures('in memory', async (clock) => {
  const bus = createMemoryStreamBus(clock === undefined ? {} : { clock });
  return { bus, dispose: () => bus.close() };
});
