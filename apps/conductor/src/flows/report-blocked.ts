import type { Forge } from '@rig/forge';

/** The label by which people find what Rig gave up on. */
export const BLOCKED_LABEL = 'rig-blocked';

export interface ReportBlockedInput {
  readonly eventId: string;
  readonly repo: string;
  readonly number: number;
  readonly message: string;
}

/** Tells people on the forge that an issue is blocked: a label, and one comment with the reason and the way on. */
export const createReportBlocked =
  (forge: Forge) =>
  async ({ eventId, repo, number, message }: ReportBlockedInput): Promise<void> => {
    const wayOn = 'Take the ready label off and put it on again to let it go on.';
    await forge.comment(repo, number, `Rig stopped working on this issue: ${message}\n\n${wayOn}`, eventId);
    // Last: where the label is, the comment is as well.
    await forge.addLabels(repo, number, [BLOCKED_LABEL]);
  };
