import { issueSubject, pullSubject, type Fact, type FactBody, type TaskBrief } from '@rig/contracts';
import type { Outcome } from './outcome.js';

export const SOURCE = 'rig/agent-worker';

/** The log's stream of a task: the issue for implement, the pull request for everything else. */
export const subjectOf = (brief: TaskBrief): string =>
  brief.kind === 'implement' || brief.pull === null
    ? issueSubject(brief.repo, brief.issue?.number ?? 0)
    : pullSubject(brief.repo, brief.pull.number);

export interface Stamp {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
}

const short = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);

const fact = (brief: TaskBrief, { id, time }: Stamp, body: FactBody): Fact => ({
  id,
  source: SOURCE,
  subject: subjectOf(brief),
  time,
  actor: { kind: 'agent', id: brief.agent },
  ...body,
});

export const progressFact = (brief: TaskBrief, stamp: Stamp, step: string, message: string): Fact => {
  const { taskId, fence } = brief;
  return fact(brief, stamp, {
    type: 'WORK_PROGRESSED',
    data: { taskId, fence, step: short(step, 1000), message: short(message, 1000) },
  });
};

/** The last word of an attempt. */
export const outcomeFact = (brief: TaskBrief, stamp: Stamp, outcome: Outcome): Fact => {
  const { taskId, fence } = brief;
  if (outcome.type === 'failed') {
    const { code, message } = outcome;
    return fact(brief, stamp, { type: 'WORK_FAILED', data: { taskId, fence, code, message: short(message, 60_000) } });
  }
  const { summary, pr, headSha, verdict } = outcome;
  return fact(brief, stamp, {
    type: 'WORK_COMPLETED',
    data: { taskId, fence, summary: short(summary, 60_000), pr, headSha, verdict },
  });
};
