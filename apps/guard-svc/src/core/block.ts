/** A command that the guard refused, as the log has it. */
export interface Block {
  /** Id of the event. */
  readonly id: string;
  readonly position: number;
  readonly agent: string;
  readonly rule: string;
  readonly taskId: string | null;
  readonly taskSubject: string | null;
  /** When it was refused, in milliseconds since 1970: the time in the event, whenever that came. */
  readonly at: number;
}
