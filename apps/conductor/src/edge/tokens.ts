/** Injection tokens of what the conductor's controllers use. */
export const FLOWS = Symbol('FLOWS');
export const READ_MODELS = Symbol('READ_MODELS');
export const EVENT_LOG = Symbol('EVENT_LOG');
export const AGENTS = Symbol('AGENTS');
export const VERIFIER = Symbol('VERIFIER');
export const SIGNER = Symbol('SIGNER');
export const INBOX = Symbol('INBOX');
export const TIMELINE = Symbol('TIMELINE');
export const SESSIONS = Symbol('SESSIONS');
