/**
 * The one start/stop contract of everything that runs.
 * `start` resolves once the part works; `stop` drains and resolves once nothing of it is left. Both may be called twice.
 */
export interface Lifecycle {
  start(): Promise<void>;
  stop(): Promise<void>;
}
