export * from './access.js';
export { redriveStream } from './consumer/entry-source.js';
export * from './jobs/job-queue.js';
export { createMemoryStreamBus, type MemoryStreamBusOptions } from './memory/memory-stream-bus.js';
export * from './stream-bus.js';
export { createValkeyStreamBus, type ValkeyStreamBusOptions } from './valkey/valkey-stream-bus.js';
