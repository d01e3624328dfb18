/**
 * What the caller should do about an error.
 * - `terminal`: the same input will fail again; give up and tell someone.
 * - `retryable`: a passing fault; the same input may succeed later.
 * - `bug`: an assumption of ours is broken; stop and report.
 */
export type ErrorKind = 'terminal' | 'retryable' | 'bug';

export interface RigErrorOptions {
  /** Stable, upper snake case; listed in docs/errors.md. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** What happened, in one sentence, without secrets. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly fix?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error class that Rig throws: `code` and `kind` say what to do, `fix` how. */
export class RigError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly fix: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(options: RigErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RigError';
    this.code = options.code;
    this.kind = options.kind;
    this.fix = options.fix;
    this.details = options.details;
  }
}

export const isRigError = (error: unknown): error is RigError => error instanceof RigError;

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Closes an exhaustive switch; reached only if a type lies. */
export const unreachable = (value: never): never => {
  throw new RigError({
    code: 'UNREACHABLE',
    kind: 'bug',
    message: `A case was not handled: ${JSON.stringify(value)}`,
  });
};
