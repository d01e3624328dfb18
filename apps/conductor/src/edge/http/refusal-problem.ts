import type { Refusal, Result } from '@rig/kernel';
import { ProblemException } from '@rig/nest-kit';

/** HTTP status of each refusal code that an endpoint may meet; anything else is a conflict. */
const STATUS: Readonly<Record<string, number>> = {
  TASK_GONE: 410,
  TASK_UNKNOWN: 404,
  NOT_YOURS: 403,
  AGENT_UNKNOWN: 404,
  ISSUE_UNKNOWN: 404,
  DEAD_LETTER_UNKNOWN: 404,
  NOT_YET: 404,
};

/** The value of a result, or the refusal as a problem. */
export const orProblem = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  const { code, message, fix } = result.refusal;
  throw new ProblemException({
    status: STATUS[code] ?? 409,
    code,
    detail: message,
    ...(fix === undefined ? {} : { fix }),
  });
};
