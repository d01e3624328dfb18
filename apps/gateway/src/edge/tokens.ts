/** Injection tokens of what the gateway's controllers use. */
export const INBOX = Symbol('INBOX');
export const VERIFIER = Symbol('VERIFIER');
export const WEBHOOK_SECRET = Symbol('WEBHOOK_SECRET');
