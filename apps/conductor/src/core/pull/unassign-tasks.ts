import type { RigEventBody } from '@rig/contracts';
import type { PullState } from './pull-state.js';

/** Ends the live tasks of a pull request before it leaves the state in which they made sense. */
export const unassignTasks = (pull: PullState, code: string, message: string): RigEventBody[] => [
  ...(pull.review === null
    ? []
    : [
        {
          type: 'REVIEW_UNASSIGNED' as const,
          data: { taskId: pull.review.taskId, agent: pull.review.agent, code, message },
        },
      ]),
  ...(pull.fix === null
    ? []
    : [{ type: 'FIX_UNASSIGNED' as const, data: { taskId: pull.fix.taskId, agent: pull.fix.agent, code, message } }]),
];
