import { z } from 'zod';
import * as observe from './observe-payload.js';
import type { Observation } from './observation.js';
import * as payloads from './payload-schemas.js';

type Reader = (payload: unknown) => Observation;

/** What is looked at before the whole payload is parsed. */
const Glance = z.object({ action: z.unknown().optional(), repository: z.unknown().optional() });

const reader =
  <T>(schema: z.ZodType<T>, actions: readonly string[] | undefined, say: (payload: T) => Observation): Reader =>
  (payload) => {
    const glance = Glance.safeParse(payload);
    if (!glance.success) return observe.ignored('PAYLOAD_MISFIT:payload');
    const { action, repository } = glance.data;
    if (actions !== undefined && typeof action !== 'string') return observe.ignored('PAYLOAD_MISFIT:action');
    // Most deliveries are of actions that change nothing here, whatever else they hold.
    if (actions?.includes(String(action)) === false) return observe.ignored('ACTION_NOT_USED');
    if (repository === undefined || repository === null) return observe.ignored('NO_REPOSITORY');
    const parsed = schema.safeParse(payload);
    if (parsed.success) return say(parsed.data);
    const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return observe.ignored(`PAYLOAD_MISFIT:${field === '' ? 'payload' : field}`);
  };

const ISSUE_ACTIONS = ['opened', 'edited', 'labeled', 'unlabeled', 'closed', 'reopened', 'deleted', 'transferred'];
const PULL_ACTIONS = [
  'opened',
  'edited',
  'labeled',
  'unlabeled',
  'closed',
  'reopened',
  'synchronize',
  'ready_for_review',
  'converted_to_draft',
];

/**
 * The events that are used. Left out on purpose: `check_suite` (its runs say the same and more), `issue_comment`, and
 * `pull_request_review_comment` (a comment always comes with a review, and threads are told by their own event).
 */
const readers: ReadonlyMap<string, Reader> = new Map([
  ['issues', reader(payloads.IssuesPayload, ISSUE_ACTIONS, observe.observeIssue)],
  ['pull_request', reader(payloads.PullRequestPayload, PULL_ACTIONS, observe.observePull)],
  ['pull_request_review', reader(payloads.ReviewPayload, ['submitted', 'edited', 'dismissed'], observe.observeReview)],
  ['pull_request_review_thread', reader(payloads.ThreadPayload, ['resolved', 'unresolved'], observe.observeThread)],
  ['check_run', reader(payloads.CheckRunPayload, ['created', 'completed'], observe.observeCheckRun)],
  ['status', reader(payloads.StatusPayload, undefined, observe.observeStatus)],
  ['push', reader(payloads.PushPayload, undefined, observe.observePush)],
]);

/** Events that are used; every other is ignored as EVENT_NOT_USED. */
export const usedEvents: readonly string[] = [...readers.keys()];

/**
 * What a webhook delivery says, in Rig's words. Never throws and never answers with nothing: what is not used comes as
 * `ignored` with a stable reason (EVENT_NOT_USED, ACTION_NOT_USED, NO_REPOSITORY, PULL_AS_ISSUE, REVIEW_NOT_SUBMITTED,
 * or PAYLOAD_MISFIT:field for a payload that does not fit its event's name).
 * @param event  the value of `X-GitHub-Event`
 */
export const normaliseDelivery = (event: string, payload: unknown): readonly Observation[] => [
  readers.get(event)?.(payload) ?? observe.ignored('EVENT_NOT_USED'),
];
