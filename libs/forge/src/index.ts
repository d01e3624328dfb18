export type { AppIdentity } from './app-auth.js';
export * from './codeowners.js';
export * from './create-forge.js';
export * from './create-token-minter.js';
export * from './create-worker-forge.js';
export * from './forge.js';
export { DEFAULT_API_URL, defaultLimits, type ConnectionOptions, type ForgeLimits } from './options.js';
export * from './webhook-examples.js';
export * from './webhook-signature.js';
