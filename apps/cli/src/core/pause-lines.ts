interface Report {
  readonly paused: boolean;
  readonly changed: boolean;
  readonly position: number | null;
  readonly stopped: number;
  readonly running: number;
}

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`);

/** What a pause or its end did, in one line. */
export const pauseLine = (what: string, report: Report): string => {
  const at = report.position === null ? '' : ` (position ${report.position})`;
  if (!report.paused) return report.changed ? `${what} goes on${at}.` : `${what} was not paused.`;
  const state = report.changed ? `${what} is paused${at}.` : `${what} was paused already.`;
  const stopped = report.stopped === 0 ? '' : ` ${tasks(report.stopped)} taken back; what runs for them is ended.`;
  const running =
    report.running === 0
      ? ' Nothing of it runs.'
      : ` ${tasks(report.running)} that agents hold may finish; --stop-running takes them back.`;
  return `${state}${stopped}${running}`;
};
