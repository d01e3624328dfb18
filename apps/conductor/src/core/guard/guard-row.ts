import type { EventBodyOf, RigEvent } from '@rig/contracts';

export type GuardBody = EventBodyOf<'GUARD_BLOCKED'> | EventBodyOf<'GUARD_SPIKE'>;

/** A block or a spike as people ask for it. */
export type GuardRow = Pick<RigEvent, 'id' | 'position' | 'time' | 'actor'> & GuardBody;

export const guardRowOf = (event: RigEvent): GuardRow | undefined => {
  if (event.type !== 'GUARD_BLOCKED' && event.type !== 'GUARD_SPIKE') return undefined;
  const { id, position, time, actor } = event;
  const head = { id, position, time, actor };
  return event.type === 'GUARD_BLOCKED'
    ? { ...head, type: event.type, data: event.data }
    : { ...head, type: event.type, data: event.data };
};
