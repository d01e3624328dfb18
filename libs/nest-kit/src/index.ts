import 'reflect-metadata';

export * from './boot/run-service.js';
export * from './boot/service.js';
export * from './boot/shutdown.js';
export * from './boot/start-service.js';
export * from './boot/watch-yaml.js';
export * from './config/base-config.js';
export * from './config/env-schema.js';
export * from './config/load-config.js';
export { type ReadyCheck, type ReadyChecks, type ReadyState } from './http/health.controller.js';
export * from './http/parse.js';
export * from './http/problem.js';
export { BodyLimit, DEFAULT_BODY_LIMIT, LongLived, RawBody } from './http/route-settings.js';
export * from './http/token-guard.js';
export * from './kit/json-logger.js';
export * from './kit/kit.js';
export * from './streams/stream-context.js';
export * from './streams/valkey-stream-server.js';
