export * from './event-store.js';
export * from './memory-event-store.js';
export * from './migrate.js';
export * from './pool.js';
export * from './postgres-event-store.js';
