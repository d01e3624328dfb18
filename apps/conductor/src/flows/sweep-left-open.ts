import type { Forge } from '@rig/forge';
import type { Clock } from '@rig/kernel';
import type { IssueState } from '../core/issue/issue-state.js';
import { createPatience } from './patience.js';
import type { Mended } from './sweep.js';

export interface SweepLeftOpenDeps {
  readonly forge: Pick<Forge, 'closeIssue'>;
  /** Issues whose work was merged and which are still open, as far as the log knows. */
  leftOpen(): Promise<readonly IssueState[]>;
  readonly clock: Clock;
}

/** The forge closes an issue itself when its pull request is merged; after so long, in milliseconds, Rig does. */
const CLOSE_PATIENCE_MS = 60_000;

const keyOf = ({ repo, number }: IssueState): string => `${repo}#${number}`;

/** Closes issues that are done and that the forge left open. */
export const createSweepLeftOpen = ({ forge, leftOpen, clock }: SweepLeftOpenDeps) => {
  const overdue = createPatience(clock, CLOSE_PATIENCE_MS);
  return async (): Promise<Mended> => {
    const open = await leftOpen();
    const late = overdue(open.map(keyOf));
    for (const issue of open) if (late.has(keyOf(issue))) await forge.closeIssue(issue.repo, issue.number);
    return [...late];
  };
};
