import { runService } from '@rig/nest-kit';
import { AppModule } from './app.module.js';
import { Config } from './config.js';
import { createWorker } from './edge/worker.js';

await runService({
  name: 'agent-worker',
  configSchema: Config,
  create: async (config, kit) => ({ module: AppModule, ...(await createWorker(config, kit)) }),
});
