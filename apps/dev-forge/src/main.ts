import { resolve } from 'node:path';
import { messageOf, systemClock, type Logger } from '@rig/kernel';
import { readConfig, readSeed } from './config.js';
import { startForge } from './edge/forge-server.js';

const logger: Logger = {
  log: (level, message, fields) => {
    process.stderr.write(`${JSON.stringify({ level, message, service: 'dev-forge', ...fields })}\n`);
  },
};

try {
  const config = readConfig(process.env);
  const seedFile = resolve(config.DEV_FORGE_SEED);
  const root = resolve(config.DEV_FORGE_ROOT);
  const seed = readSeed(seedFile);
  const forge = await startForge({
    root,
    seed,
    seedFile,
    port: config.RIG_PORT,
    host: config.RIG_HOST,
    ...(config.DEV_FORGE_URL === undefined ? {} : { publicUrl: config.DEV_FORGE_URL }),
    clock: systemClock,
    logger,
  });
  logger.log('info', 'listening', { url: forge.url });
  const stop = (): void => void forge.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  logger.log('error', messageOf(error));
  process.exitCode = 1;
}
