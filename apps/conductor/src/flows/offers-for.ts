import { tasksStream, type CommittedEnvelope } from '@rig/contracts';
import { typedEvent } from './projections.js';
import { toOffer, type DescribeTask } from './describe-task.js';

/** The offers that the relay writes before an event: for an assignment, and again when an attempt was lost. */
export const createOffersFor =
  (describe: DescribeTask) =>
  async (envelope: CommittedEnvelope): Promise<readonly { stream: string; json: string }[]> => {
    const event = typedEvent(envelope);
    switch (event.type) {
      case 'ISSUE_ASSIGNED':
      case 'REVIEW_ASSIGNED':
      case 'FIX_ASSIGNED':
      case 'ATTEMPT_LOST': {
        const description = await describe(event.data.taskId);
        if (description === undefined || description.row.delivery !== 'stream' || !description.row.live) return [];
        const stream = tasksStream(description.row.agent);
        return [{ stream, json: JSON.stringify(toOffer(description, event.traceparent)) }];
      }
      default:
        return [];
    }
  };
