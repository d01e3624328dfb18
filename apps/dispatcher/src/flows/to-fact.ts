import type { Fact, FactBody } from '@rig/contracts';
import { derivedId, isoTime } from '@rig/kernel';
import type { Board } from '../core/board.js';
import type { Intent } from '../core/intent.js';

/** Who the dispatcher's facts come from. */
export const DISPATCHER = { kind: 'service', id: 'dispatcher' } as const;

/** An id is used again for so long, in milliseconds: longer than the outbox tries to send a fact (20 × 5 s). */
const ID_EPOCH_MS = 120_000;

const bodyOf = (intent: Intent): FactBody => {
  switch (intent.kind) {
    case 'assign':
      return { type: 'ASSIGN_TASK', data: { kind: intent.task, agent: intent.agent, headSha: intent.headSha } };
    case 'defer':
      return { type: 'ISSUE_DEFERRED', data: { code: intent.code, message: intent.message.slice(0, 1_024) } };
    case 'attempt-lost':
      return { type: 'ATTEMPT_LOST', data: { taskId: intent.taskId, fence: intent.fence, reason: intent.reason } };
  }
};

const positionOf = (board: Board, subject: string): number =>
  board.issues.get(subject)?.position ?? board.pulls.get(subject)?.position ?? 0;

/**
 * The fact that carries an intent. Its id follows from what is proposed and from the last event of the subject, so a
 * leader that restarts or takes over proposes the same thing under the same id, and it counts once.
 * @param now  milliseconds since 1970
 */
export const toFact = (intent: Intent, board: Board, now: number): Fact => {
  const body = bodyOf(intent);
  const epoch = Math.floor(now / ID_EPOCH_MS);
  // Neither a deferral's message nor a loss's reason: the seconds in it grow.
  const what = intent.kind === 'assign' ? [intent.task, intent.agent, intent.headSha ?? ''] : [];
  const code = intent.kind === 'defer' ? [intent.code] : [];
  const id = derivedId('rig/dispatcher', intent.key, ...what, ...code, positionOf(board, intent.subject), epoch);
  return {
    ...body,
    id,
    source: 'rig/dispatcher',
    subject: intent.subject,
    time: isoTime(now),
    correlationid: id,
    actor: DISPATCHER,
  };
};
