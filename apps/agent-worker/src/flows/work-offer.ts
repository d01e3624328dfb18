import type { ConductorClient, HttpRefusal } from '@rig/agent-kit';
import type { Offer, TaskBrief, TaskToken } from '@rig/contracts';
import { faultPoint, isRigError, messageOf, type Clock, type Logger, type Result } from '@rig/kernel';
import { failed, type Outcome } from '../core/outcome.js';
import { keepLease, type Renewed } from './keep-lease.js';
import { AttemptFailed, type Attempt, type RunAttempt, type StopReason } from './ports.js';

/** What became of an offer: worked and reported, not ours any more, or to be tried again. */
export type OfferEnd = 'worked' | 'gone' | 'later';

/** `refused`: the gateway will never take it; `ended`: the signal came first. */
export type Reported = 'stored' | 'refused' | 'ended';

/** Takes reports; `final` resolves once the gateway has stored the report, or never will. */
export interface Reports {
  progress(brief: TaskBrief, step: string, message: string): void;
  final(brief: TaskBrief, outcome: Outcome, signal: AbortSignal): Promise<Reported>;
}

export interface WorkOfferDeps {
  readonly agentId: string;
  readonly worker: { readonly name: string; readonly incarnation: string };
  readonly conductor: ConductorClient;
  readonly reports: Reports;
  readonly author: RunAttempt;
  readonly reviewer: RunAttempt;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Longest wait for the report of an attempt that is handed back, in milliseconds. Default 3000. */
  readonly handBackMs?: number;
  onEnd?(kind: string, outcome: string): void;
}

export interface OfferContext {
  /** Renews the lease of the attempt. */
  renew(brief: TaskBrief): Promise<Renewed>;
  /** Aborts when the worker has to end now. */
  readonly handBack: AbortSignal;
}

const ENDS = { stored: 'worked', refused: 'gone', ended: 'later' } as const;

/** Only the conductor's own word ends an offer; a 404 of some proxy must not. */
const startEnd = ({ status, code }: HttpRefusal): OfferEnd =>
  status === 410 || code === 'NOT_YOURS' ? 'gone' : 'later';

const outcomeOf = (error: unknown): Outcome =>
  error instanceof AttemptFailed
    ? failed(error.code, error.message)
    : failed('WORKER_FAILED', isRigError(error) ? `${error.code}: ${error.message}` : messageOf(error));

const begin = async (deps: WorkOfferDeps, taskId: string): Promise<Result<TaskBrief, OfferEnd>> => {
  const { agentId, worker, conductor, logger } = deps;
  try {
    const started = await conductor.start(taskId, { agentId, worker });
    if (started.ok) return started;
    const end = startEnd(started.refusal);
    logger.log('info', 'an offer was not started', { taskId, end, code: started.refusal.code });
    return { ok: false, refusal: end };
  } catch (error) {
    logger.log('warn', 'the conductor could not be asked to start', { taskId, error: messageOf(error) });
    return { ok: false, refusal: 'later' };
  }
};

const tokenFor = async (deps: WorkOfferDeps, brief: TaskBrief, control: AbortController): Promise<TaskToken> => {
  const token = await deps.conductor.token(brief.taskId, { agentId: deps.agentId, fence: brief.fence }, control.signal);
  if (token.ok) return token.value;
  if (token.refusal.code === 'FENCE_SUPERSEDED') control.abort('superseded' satisfies StopReason);
  throw new AttemptFailed('WORKER_FAILED', `no forge token: ${token.refusal.message}`);
};

const run = async (deps: WorkOfferDeps, brief: TaskBrief, control: AbortController): Promise<Outcome> => {
  const attempt: Attempt = {
    brief,
    signal: control.signal,
    progress: (step, message) => deps.reports.progress(brief, step, message),
    token: () => tokenFor(deps, brief, control),
  };
  try {
    return await (brief.kind === 'review' ? deps.reviewer(attempt) : deps.author(attempt));
  } catch (error) {
    return outcomeOf(error);
  }
};

/** Reports unless the fence is gone; an attempt that is handed back gets a short time for it. */
const report = async (
  deps: WorkOfferDeps,
  brief: TaskBrief,
  outcome: Outcome,
  { signal }: AbortController,
): Promise<OfferEnd> => {
  if (signal.aborted && signal.reason === 'superseded') return 'later';
  const handed = failed('HANDED_BACK', 'the worker was asked to end before the task was done');
  const last = signal.aborted ? handed : outcome;
  const until = signal.aborted ? AbortSignal.timeout(deps.handBackMs ?? 3_000) : signal;
  // An attempt that cannot be reported is left to run out, which counts it; working it again here would never end.
  return ENDS[await deps.reports.final(brief, last, until)];
};

/** Attempts remembered at most; far more than offers of one task can lie about at the same time. */
const MAX_ENDED = 1_000;

/**
 * Remembers the attempts that this process has ended. An offer may lie on the stream twice, and until the conductor has
 * decided the report of the first it answers the second with the same attempt: worked again, it would be work for nothing.
 */
const createEnded = () => {
  const ended = new Set<number>();
  return {
    has: (fence: number): boolean => ended.has(fence),
    add: (fence: number): void => {
      ended.add(fence);
      const [oldest] = ended;
      if (ended.size > MAX_ENDED && oldest !== undefined) ended.delete(oldest);
    },
  };
};

/** Works one offer from start to report. Never throws. */
export const createWorkOffer = (deps: WorkOfferDeps) => {
  const ended = createEnded();
  return async (offer: Pick<Offer, 'taskId'>, { renew, handBack }: OfferContext): Promise<OfferEnd> => {
    const { clock, logger } = deps;
    if (handBack.aborted) return 'later';
    const started = await begin(deps, offer.taskId);
    if (!started.ok) return started.refusal;
    faultPoint('worker.started');
    const brief = started.value;
    const { taskId, kind, fence, leaseMs } = brief;
    if (ended.has(fence)) return 'later';
    const control = new AbortController();
    const onHandBack = (): void => control.abort('handed-back' satisfies StopReason);
    const onLost = (): void => control.abort('superseded' satisfies StopReason);
    handBack.addEventListener('abort', onHandBack, { once: true });
    if (handBack.aborted) onHandBack();
    const release = keepLease({ leaseMs, renew: () => renew(brief), clock, onLost });
    logger.log('info', 'an attempt began', { taskId, kind, fence });
    const outcome = await run(deps, brief, control);
    ended.add(fence);
    const end = await report(deps, brief, outcome, control);
    handBack.removeEventListener('abort', onHandBack);
    await release();
    const how = control.signal.aborted ? String(control.signal.reason) : outcome.type;
    deps.onEnd?.(kind, how);
    logger.log('info', 'an attempt ended', { taskId, fence, how, end });
    return end;
  };
};
