export * from './stream-bus.js';
