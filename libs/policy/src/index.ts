export * from './agents-file.js';
export * from './eligibility.js';
export * from './pause.js';
export * from './rank.js';
export * from './repository-policy.js';
export * from './retry-delay.js';
