export * from './create-outbox.js';
export * from './snapshots.js';
