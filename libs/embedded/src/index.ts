export { cacheDir } from './cache-dir.js';
export { freePort } from './free-port.js';
export { startPostgres, type StartPostgresOptions } from './postgres.js';
export { postgresFolder } from './postgres-binaries.js';
export type { EmbeddedServer } from './server.js';
export { startValkey, type StartValkeyOptions } from './valkey.js';
export { findValkey, valkeyInstallCommand, type FindValkeyOptions, type ValkeyBinary } from './valkey-binary.js';
export { watch, type Watchdog } from './watchdog.js';
