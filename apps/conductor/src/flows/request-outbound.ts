import { faultPoint } from '@rig/kernel';
import { parsePlace, type RigEvent } from '@rig/contracts';
import type { TokenMinter } from '@rig/forge';
import type { TokenLedger } from './mint-task-token.js';

/** A call to the forge that an event asks for. Its id is the event's, so that asking twice makes one call. */
export type OutboundJob =
  | {
      readonly kind: 'merge';
      readonly eventId: string;
      readonly repo: string;
      readonly number: number;
      readonly headSha: string;
      readonly title: string;
    }
  | {
      readonly kind: 'report-blocked';
      readonly eventId: string;
      readonly repo: string;
      readonly number: number;
      readonly message: string;
    };

export interface RequestOutboundDeps {
  /** Puts a job on the queue; does nothing where a job of this id is there already. */
  enqueue(job: OutboundJob): Promise<void>;
  readonly ledger: TokenLedger;
  readonly minter: TokenMinter;
  /** Takes the lease of a task from its worker, which notices at its next renewal and ends the run. */
  takeLease(taskId: string, agent: string, position: number): Promise<void>;
}

/** The job an event asks for; undefined for most events. */
export const outboundJobOf = (event: RigEvent): OutboundJob | undefined => {
  const place = parsePlace(event.subject);
  if (place === undefined) return undefined;
  const { repo, number } = place;
  switch (event.type) {
    case 'MERGE_REQUESTED':
      return { kind: 'merge', eventId: event.id, repo, number, headSha: event.data.headSha, title: event.data.title };
    case 'ISSUE_BLOCKED':
      return { kind: 'report-blocked', eventId: event.id, repo, number, message: event.data.message };
    default:
      return undefined;
  }
};

/** Events that end an attempt: its forge tokens are worth nothing from then on. */
const endedTask = (event: RigEvent): { taskId: string; below?: number; takenFrom?: string } | undefined => {
  switch (event.type) {
    case 'ATTEMPT_LOST':
      return { taskId: event.data.taskId, below: event.data.fence + 1 };
    case 'WORK_COMPLETED':
    case 'WORK_FAILED':
      return { taskId: event.data.taskId };
    case 'ISSUE_UNASSIGNED':
    case 'REVIEW_UNASSIGNED':
    case 'FIX_UNASSIGNED':
      return { taskId: event.data.taskId, takenFrom: event.data.agent };
    default:
      return undefined;
  }
};

/** Acts on one committed event: enqueues the forge call it asks for, revokes the tokens of an attempt it ends. */
export const createRequestOutbound =
  ({ enqueue, ledger, minter, takeLease }: RequestOutboundDeps) =>
  async (event: RigEvent): Promise<'enqueued' | 'revoked' | 'no-concern'> => {
    const job = outboundJobOf(event);
    if (job !== undefined) {
      await enqueue(job);
      faultPoint('outbound.enqueued');
      return 'enqueued';
    }
    const ended = endedTask(event);
    if (ended === undefined) return 'no-concern';
    if (ended.takenFrom !== undefined) await takeLease(ended.taskId, ended.takenFrom, event.position);
    const tokens = await ledger.of(ended.taskId, ended.below);
    for (const { token } of tokens) await minter.revoke(token);
    if (tokens.length > 0) await ledger.forget(tokens.map(({ id }) => id));
    return tokens.length === 0 ? 'no-concern' : 'revoked';
  };

export type RequestOutbound = ReturnType<typeof createRequestOutbound>;
