import { HttpException } from '@nestjs/common';
import { isRigError } from '@rig/kernel';
import { ProblemException } from './problem.js';

interface Known {
  readonly code: string;
  readonly fix: string;
}

/** Codes for what the HTTP layer itself refuses. */
const BY_STATUS: Readonly<Record<number, Known>> = {
  400: { code: 'REQUEST_MALFORMED', fix: 'Send a well-formed request; bodies are JSON.' },
  404: { code: 'ROUTE_NOT_FOUND', fix: 'Check method and path against the API reference.' },
  405: { code: 'METHOD_NOT_ALLOWED', fix: 'Check the method against the API reference.' },
  408: { code: 'REQUEST_TIMEOUT', fix: 'Send headers and body without long pauses.' },
  413: { code: 'BODY_TOO_LARGE', fix: 'Send a smaller body.' },
  414: { code: 'URL_TOO_LONG', fix: 'Shorten the path.' },
  415: { code: 'CONTENT_TYPE_UNSUPPORTED', fix: 'Send the body with content-type application/json.' },
};

const unknownProblem = (): ProblemException =>
  new ProblemException({
    status: 500,
    code: 'INTERNAL',
    detail: 'The service failed in a way it did not expect; the log has the details.',
    fix: 'Look in the log of the service; try again later.',
  });

/** Turns anything that was thrown into a problem. What is not meant for the caller becomes a bare 500. */
export const toProblem = (error: unknown): ProblemException => {
  if (error instanceof ProblemException) return error;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const known = BY_STATUS[status];
    if (status >= 500) return unknownProblem();
    return new ProblemException({
      status,
      code: known?.code ?? 'REQUEST_REFUSED',
      detail: error.message,
      ...(known === undefined ? {} : { fix: known.fix }),
    });
  }
  if (isRigError(error) && error.kind === 'retryable') {
    return new ProblemException({
      status: 503,
      code: error.code,
      detail: error.message,
      fix: error.fix ?? 'Try again in a moment.',
      headers: { 'retry-after': '1' },
    });
  }
  return unknownProblem();
};
