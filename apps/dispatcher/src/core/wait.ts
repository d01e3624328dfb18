/** Why something waits: a stable code and a sentence. */
export interface Wait {
  readonly code: string;
  readonly message: string;
}
