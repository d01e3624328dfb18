import { currentDataSchema, type Actor, type RigEvent } from '@rig/contracts';
import type { AppendItem, EventStore, NewEvent, StoreCall, StreamWrite } from '@rig/event-store';
import { derivedId, isoTime, RigError, type Clock, type Refusal } from '@rig/kernel';
import type { Decision, Proposed, World } from '../core/decision.js';
import { typedEvent } from './projections.js';

/** What led to a decision; ids of its events are derived from it, so that deciding it twice appends once. */
export interface Cause {
  readonly id: string;
  /** What the ids of events are derived from, where `id` was chosen by somebody who could choose another's. Default: `id`. */
  readonly seed?: string;
  readonly correlationId?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly actor: Actor;
}

type Versioned<W> = W & { readonly versions: ReadonlyMap<string, number> };

/** How state is read. `quick`: from memory where this process remembers it; `sure`: as the log has it now. */
export type Reading = 'quick' | 'sure';

export interface CommitRequest<W extends World = World> {
  readonly cause: Cause;
  /**
   * Reads what the decision rests on; called again after a conflict. What is read elsewhere has to be read here, after
   * the state: then whatever is committed meanwhile is a conflict.
   */
  load(how: Reading): Promise<Versioned<W>>;
  /**
   * First decide on a quick reading. What is decided to be written is verified by the append, which expects the versions
   * that were read; a refusal is verified by a sure reading. Default: sure at once.
   */
  readonly quick?: boolean;
  decide(world: W): Decision;
  readonly guards?: (proposed: readonly Proposed[]) => readonly StoreCall[];
  /** What is committed instead when a guard says no; by default nothing is. */
  readonly whenGuarded?: (world: W, refusal: Refusal) => Decision;
}

export type CommitOutcome =
  | { readonly status: 'committed'; readonly events: readonly RigEvent[] }
  | { readonly status: 'duplicate' }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export interface CommitDeps {
  readonly store: EventStore;
  readonly clock: Clock;
}

/** Conflicts in a row after which something is wrong: every conflict means that somebody else got on. */
const MAX_CONFLICTS = 20;

const toWrites = (
  proposed: readonly Proposed[],
  versions: ReadonlyMap<string, number>,
  cause: Cause,
  time: string,
): StreamWrite[] => {
  const bySubject = new Map<string, NewEvent[]>();
  proposed.forEach(({ subject, body }, index) => {
    const event: NewEvent = {
      id: derivedId(cause.seed ?? cause.id, index),
      source: 'rig/conductor',
      time,
      type: body.type,
      dataschema: currentDataSchema(body.type),
      actor: cause.actor,
      causationid: cause.id,
      correlationid: cause.correlationId ?? cause.id,
      ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
      data: body.data,
    };
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), event]);
  });
  // What was read and is not written has to be as it was, too: two decisions that each rest on what the other one writes
  // must not both stand.
  const subjects = new Set([...bySubject.keys(), ...versions.keys()]);
  return [...subjects].map((subject) => ({
    subject,
    expectedVersion: versions.get(subject) ?? 0,
    events: bySubject.get(subject) ?? [],
  }));
};

const guardRefusal = (guard: string): Refusal => ({
  code: guard.toUpperCase(),
  message: `refused under the append lock by ${guard}`,
});

/** Load, decide, append; on a conflict from the start again with the new state. */
export const createCommitDecision = ({ store, clock }: CommitDeps) => {
  /** One try; undefined after a conflict. */
  const attempt = async <W extends World>(
    request: CommitRequest<W>,
    guarded: Refusal | undefined,
    how: Reading,
  ): Promise<CommitOutcome | undefined> => {
    const world = await request.load(how);
    const decision = guarded === undefined ? request.decide(world) : request.whenGuarded?.(world, guarded);
    if (how === 'quick' && (decision?.ok !== true || decision.value.length === 0)) {
      return attempt(request, guarded, 'sure');
    }
    if (decision === undefined || !decision.ok) {
      return { status: 'refused', refusal: decision?.refusal ?? guarded ?? guardRefusal('nothing') };
    }
    if (decision.value.length === 0) return { status: 'committed', events: [] };
    const item: AppendItem = {
      writes: toWrites(decision.value, world.versions, request.cause, isoTime(clock.now())),
      guards: guarded === undefined ? (request.guards?.(decision.value) ?? []) : [],
    };
    const outcome = await store.append(item);
    switch (outcome.status) {
      case 'appended':
        return { status: 'committed', events: outcome.events.map(typedEvent) };
      case 'duplicate':
        return { status: 'duplicate' };
      case 'guarded':
        return attempt(request, guardRefusal(outcome.guard), 'sure');
      case 'conflict':
        return undefined;
    }
  };

  return async <W extends World>(request: CommitRequest<W>): Promise<CommitOutcome> => {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const outcome = await attempt(request, undefined, request.quick === true && conflicts === 0 ? 'quick' : 'sure');
      if (outcome !== undefined) return outcome;
    }
    throw new RigError({
      code: 'TOO_MANY_CONFLICTS',
      kind: 'retryable',
      message: `a decision met ${MAX_CONFLICTS} conflicts in a row`,
      fix: 'It is tried again; look at who writes this stream if it keeps happening.',
    });
  };
};

export type CommitDecision = ReturnType<typeof createCommitDecision>;
