/** Counts for the metrics, by state. */
export interface Backlog {
  readonly readyIssues: number;
  readonly openPulls: number;
  readonly assignedTasks: number;
  readonly runningTasks: number;
  /** Waiting issues and pull requests by code. */
  readonly waiting: ReadonlyMap<string, number>;
  /** When the oldest ready issue was opened (ISO 8601); undefined without any. */
  readonly oldestReady: string | undefined;
}
