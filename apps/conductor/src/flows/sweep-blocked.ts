import type { Clock } from '@rig/kernel';
import type { IssueState } from '../core/issue/issue-state.js';
import { createPatience } from './patience.js';
import { BLOCKED_LABEL } from './report-blocked.js';
import type { Mended } from './sweep.js';

export interface SweepBlockedDeps {
  /** Blocked issues. */
  blocked(): Promise<readonly IssueState[]>;
  /** Tells people of a block once more; does nothing where they were told. */
  reportAgain(issue: IssueState): Promise<void>;
  readonly clock: Clock;
}

/** So long a block may go without its label on the forge, in milliseconds; doubled after each report, up to an hour. */
const PATIENCE_MS = 60_000;
const MAX_PATIENCE_MS = 3_600_000;

const keyOf = ({ repo, number, block }: IssueState): string => `${repo}#${number} ${block?.code ?? ''}`;

/** Tells people of blocked issues when the call that was to do so was lost, or nobody knows what became of it. */
export const createSweepBlocked = ({ blocked, reportAgain, clock }: SweepBlockedDeps) => {
  const overdue = createPatience(clock, PATIENCE_MS, MAX_PATIENCE_MS);
  return async (): Promise<Mended> => {
    const untold = (await blocked()).filter(({ open, labels }) => open && !labels.includes(BLOCKED_LABEL));
    const late = overdue(untold.map(keyOf));
    for (const issue of untold) if (late.has(keyOf(issue))) await reportAgain(issue);
    return [...late];
  };
};
