import { issueSubject } from '@rig/contracts';
import type { EventLog } from '@rig/event-store';
import type { IssueState } from '../core/issue/issue-state.js';
import type { OutboundJob } from './request-outbound.js';

export interface ReportBlockAgainDeps {
  readonly log: Pick<EventLog, 'readStream'>;
  enqueue(job: OutboundJob): Promise<void>;
}

/** Asks once more for the call that tells people of a block: under the id of its event, so that the comment is made once. */
export const createReportBlockAgain =
  ({ log, enqueue }: ReportBlockAgainDeps) =>
  async ({ repo, number, block }: IssueState): Promise<void> => {
    const blocked = (await log.readStream(issueSubject(repo, number))).findLast(({ type }) => type === 'ISSUE_BLOCKED');
    if (blocked === undefined || block === null) return;
    await enqueue({ kind: 'report-blocked', eventId: blocked.id, repo, number, message: block.message });
  };
