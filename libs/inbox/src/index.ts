export * from './create-inbox.js';
export * from './inbox-sweep.js';
export * from './inbox.js';
