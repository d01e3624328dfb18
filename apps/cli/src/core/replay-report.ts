import { table } from './format.js';

export type ReplayOutcome = 'applied' | 'ignored' | 'refused' | 'pending' | 'rejected';

/** What became of one payload. */
export interface Replayed {
  readonly event: string;
  readonly outcome: ReplayOutcome;
  readonly reason: string;
}

export interface ReplayReport {
  readonly ok: boolean;
  readonly sent: number;
  readonly applied: number;
  readonly ignored: number;
  /** Taken by the gateway, and refused visibly by the conductor. */
  readonly refused: number;
  /** Not settled within the time allowed. */
  readonly pending: number;
  /** Not taken by the gateway. */
  readonly rejected: number;
  readonly events: Readonly<Record<string, Partial<Record<ReplayOutcome, number>>>>;
  /** How often each reason was given for what was not applied. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Counts a replay; it is clean if every payload was applied, or ignored with a reason. */
export const reportReplay = (items: readonly Replayed[], elapsedMs: number): ReplayReport => {
  const events: Record<string, Partial<Record<ReplayOutcome, number>>> = {};
  const reasons: Record<string, number> = {};
  const count = (outcome: ReplayOutcome): number => items.filter((item) => item.outcome === outcome).length;
  for (const item of items) {
    const row = (events[item.event] ??= {});
    row[item.outcome] = (row[item.outcome] ?? 0) + 1;
    if (item.outcome !== 'applied') reasons[item.reason] = (reasons[item.reason] ?? 0) + 1;
  }
  return {
    ok:
      items.length > 0 &&
      items.every((item) => item.outcome === 'applied' || (item.outcome === 'ignored' && item.reason !== '')),
    sent: items.length,
    applied: count('applied'),
    ignored: count('ignored'),
    refused: count('refused'),
    pending: count('pending'),
    rejected: count('rejected'),
    events,
    reasons,
    seconds: Math.round(elapsedMs / 100) / 10,
  };
};

const COLUMNS: readonly ReplayOutcome[] = ['applied', 'ignored', 'refused', 'pending', 'rejected'];

export const replayLines = (report: ReplayReport): readonly string[] => {
  const rows = Object.entries(report.events)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([event, counts]) => [event, ...COLUMNS.map((column) => String(counts[column] ?? ''))]);
  const reasons = Object.entries(report.reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, times]) => [String(times), reason]);
  const total = COLUMNS.map((column) => `${report[column]} ${column}`).join(', ');
  return [
    ...table(['EVENT', ...COLUMNS.map((column) => column.toUpperCase())], rows),
    '',
    ...table(['TIMES', 'REASON'], reasons),
    '',
    `${report.sent} payloads in ${report.seconds} s: ${total}.`,
  ];
};
