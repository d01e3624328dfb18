import { silentLogger } from '@rig/kernel';
import { testValkey } from '@rig/testkit';
import { createValkeyStreamBus } from './valkey-stream-bus.js';
import { streamBusFeatures } from '../stream-bus.features.spec.js';

streamBusFeatures('on Valkey', async (clock) => {
  const valkey = await testValkey();
  const options = { url: valkey.url, logger: silentLogger, connectionName: 'features' };
  const bus = createValkeyStreamBus(clock === undefined ? options : { ...options, clock });
  return {
    bus,
    dispose: async () => {
      await bus.close();
      await valkey.close();
    },
  };
});
