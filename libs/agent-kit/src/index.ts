export * from './tokens/claims.js';
export * from './tokens/key-pair.js';
export * from './tokens/token-signer.js';
export * from './tokens/token-verifier.js';
