import { isRigError, RigError, type ErrorKind } from '@rig/kernel';

const SECRETS = [
  /\bgh[a-z]_[A-Za-z0-9_.-]+/g,
  /\bgithub_pat_[A-Za-z0-9_]+/g,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  /\bv1\.[0-9a-f]{40}\b/g,
  /\b(?:bearer|token|basic)\s+\S{8,}/gi,
  /:\/\/[^/\s@]+@/g,
];
const MAX_MESSAGE = 500;

/** A forge's own words, fit for a log: without anything that looks like a credential, and short. */
export const withoutSecrets = (text: string): string =>
  SECRETS.reduce((clean, secret) => clean.replace(secret, '[secret]'), text)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, MAX_MESSAGE);

interface Meaning {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly fix: string;
}

const meanings: ReadonlyMap<number, Meaning> = new Map([
  [
    401,
    {
      code: 'FORGE_UNAUTHORIZED',
      kind: 'terminal',
      fix: "Check the App's id and private key and this machine's clock; a task's token ends with its attempt",
    },
  ],
  [403, { code: 'FORGE_FORBIDDEN', kind: 'terminal', fix: 'Grant the App the permission it lacks and accept it' }],
  [404, { code: 'FORGE_NOT_FOUND', kind: 'terminal', fix: 'Check the name, and that the App is installed there' }],
  [405, { code: 'FORGE_REFUSED', kind: 'terminal', fix: 'The forge does not allow this in the present state' }],
  [409, { code: 'FORGE_CONFLICT', kind: 'retryable', fix: 'Read the object again and decide anew' }],
  [410, { code: 'FORGE_NOT_FOUND', kind: 'terminal', fix: 'The object was deleted' }],
  [422, { code: 'FORGE_REFUSED', kind: 'terminal', fix: 'Change the request as the message says' }],
  [501, { code: 'FORGE_NOT_IMPLEMENTED', kind: 'terminal', fix: 'This forge does not have the route' }],
] as const);

const refusedOtherwise: Meaning = {
  code: 'FORGE_REFUSED',
  kind: 'terminal',
  fix: 'Change the request as the message says',
};
const unreachableNow: Meaning = {
  code: 'FORGE_UNREACHABLE',
  kind: 'retryable',
  fix: 'Try again; see the status page of the forge',
};

/** The error for an answer that is not a success. `what` is method and route, never a header. */
export const statusError = (what: string, status: number, words: string, requestId?: string): RigError => {
  const meaning = meanings.get(status) ?? (status >= 500 ? unreachableNow : refusedOtherwise);
  return new RigError({
    ...meaning,
    message: `${what} answered ${status}: ${withoutSecrets(words)}`,
    details: { status, what, ...(requestId === undefined ? {} : { requestId }) },
  });
};

/** No answer at all: refused connection, broken connection, deadline. The request may or may not have been carried out. */
export const unreachable = (what: string, words: string, reason: 'network' | 'timeout'): RigError =>
  new RigError({
    ...unreachableNow,
    fix: 'Try again; check GITHUB_API_URL and the network',
    message: `${what} got no answer: ${withoutSecrets(words)}`,
    details: { what, reason },
  });

export const rateLimited = (resetAt: string): RigError =>
  new RigError({
    code: 'FORGE_RATE_LIMITED',
    kind: 'retryable',
    message: `The forge's rate limit is used up until ${resetAt}`,
    fix: 'Try again after that time',
    details: { resetAt },
  });

/** The answer does not have the fields that the forge's documents promise. */
export const misfit = (what: string, field: string): RigError =>
  new RigError({
    code: 'FORGE_ANSWER_MISFIT',
    kind: 'terminal',
    message: `${what} answered without a usable ${field}`,
    fix: 'Check that GITHUB_API_URL is the REST base of a GitHub-compatible forge',
    details: { what, field },
  });

export const tooMuch = (what: string, limit: number): RigError =>
  new RigError({
    code: 'FORGE_TOO_MUCH',
    kind: 'terminal',
    message: `${what} has more than ${limit} entries; deciding on a part of them would be wrong`,
    fix: 'Split the pull request, or let a person decide',
    details: { what, limit },
  });

export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  isRigError(error) && codes.includes(error.code);
