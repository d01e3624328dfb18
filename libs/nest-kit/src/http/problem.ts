import type { Problem } from '@rig/contracts';

export interface ProblemOptions {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Stable, upper snake case; listed in docs/errors.md. */
  readonly code: string;
  /** What is wrong with this request, without secrets. */
  readonly detail: string;
  /** What would make it acceptable. */
  readonly fix?: string;
  /** The field of the body, query or header that is wrong. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by handlers and guards; answered as RFC 9457 `application/problem+json`. */
export class ProblemException extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fix: string | undefined;
  readonly field: string | undefined;

  constructor(options: ProblemOptions) {
    super(options.detail);
    this.name = 'ProblemException';
    this.status = options.status;
    this.code = options.code;
    this.headers = options.headers ?? {};
    this.fix = options.fix;
    this.field = options.field;
  }
}

/** `FENCE_SUPERSEDED` reads as `Fence superseded`. */
const titleOf = (code: string): string => {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

/** The body of an error response; `type` is a URN, so that it is stable without a web site. */
export const problemBody = (problem: ProblemException): Problem => ({
  type: `urn:rig:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
  title: titleOf(problem.code),
  status: problem.status,
  detail: problem.message,
  code: problem.code,
  ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  ...(problem.field === undefined ? {} : { field: problem.field }),
});
