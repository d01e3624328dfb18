/** Injection tokens of what the controllers use. */
export const ANSWER = Symbol('ANSWER');
export const STATISTICS = Symbol('STATISTICS');
export const VERIFIER = Symbol('VERIFIER');
