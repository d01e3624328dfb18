/** One process that the supervisor keeps alive. */
export interface ProcessSpec {
  /** Its HOSTNAME, the name of its log file and how people see it. */
  readonly name: string;
  /** Path of the JavaScript file that Node runs. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 once the process does its work. */
  readonly readyUrl: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Modules that Node loads before the entry, as file URLs. */
  readonly preloads?: readonly string[];
}

export type ProcessEvent =
  | { readonly kind: 'started'; readonly name: string; readonly pid: number }
  | { readonly kind: 'died'; readonly name: string; readonly how: string; readonly restartInMs: number }
  | { readonly kind: 'gave-up'; readonly name: string; readonly how: string; readonly deaths: number };
