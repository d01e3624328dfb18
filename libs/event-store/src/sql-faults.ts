import { isRigError, messageOf, RigError } from '@rig/kernel';

const CONNECTION_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Serialization and deadlock, timeouts, resources, shutdowns; no access or no database: an operator mends that. */
const PASSING_STATES = /^(?:08...|28...|3D000|40...|53...|57P0[1-5]|57014|55P03|25P03|58000|58030)$/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether a database error may be gone at the next try. */
export const isPassing = (error: unknown): boolean => {
  if (isRigError(error)) return error.kind === 'retryable';
  const code = codeOf(error);
  if (PASSING_STATES.test(code) || CONNECTION_CODES.has(code)) return true;
  // The driver's own errors carry no code.
  return /connection (?:terminated|timeout|ended)|client has encountered a connection error|timeout exceeded when trying to connect|query read timeout/i.test(
    messageOf(error),
  );
};

/** A passing fault of the database as a retryable RigError; anything else as it is. */
export const databaseFailure = (error: unknown): unknown =>
  isRigError(error) || !isPassing(error)
    ? error
    : new RigError({
        code: 'DATABASE_UNAVAILABLE',
        kind: 'retryable',
        message: `Postgres does not answer: ${messageOf(error)}`,
        fix: 'Check that Postgres runs and can be reached; the service goes on by itself once it answers.',
        cause: error,
      });

/** What the caller of `append` is told. */
export const appendFailure = (error: unknown): RigError => {
  if (isRigError(error)) return error;
  const message = messageOf(error);
  if (isPassing(error)) {
    return new RigError({
      code: 'APPEND_UNAVAILABLE',
      kind: 'retryable',
      message: `the event log could not be written: ${message}`,
      fix: 'Check that Postgres runs and can be reached, then try again.',
      cause: error,
    });
  }
  if (codeOf(error) === '42883' || codeOf(error) === '42P01') {
    return new RigError({
      code: 'APPEND_FUNCTION_MISSING',
      kind: 'bug',
      message: `a guard, an effect or a projection's table is missing: ${message}`,
      fix: 'Add a migration that makes it.',
      cause: error,
    });
  }
  return new RigError({ code: 'APPEND_FAILED', kind: 'terminal', message, cause: error });
};
