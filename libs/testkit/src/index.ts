export { startPostgres, startValkey, type EmbeddedServer } from '@rig/embedded';
export { eventually, type EventuallyOptions } from './eventually.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export { testDatabase, type TestDatabase } from './test-database.js';
export { startTestServers, TEST_DATABASES, type TestServers, type TestServersOptions } from './test-servers.js';
export { testRoles, type TestRole } from './test-roles.js';
export { testSignal, type TestSignal } from './test-signal.js';
export { testValkey, type TestValkey } from './test-valkey.js';
