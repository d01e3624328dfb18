/** The outcome of an operation that may refuse: refusals are values, only faults are thrown. */
export type Result<T, R> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: R };

export const accept = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const refuse = <R>(refusal: R): { readonly ok: false; readonly refusal: R } => ({ ok: false, refusal });

/** Why something was refused: a stable code, what was wrong, and what would make it acceptable. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}
