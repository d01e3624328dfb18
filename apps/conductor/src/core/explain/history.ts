import type { EventType, RigEvent } from '@rig/contracts';

type EventOf<T extends EventType> = RigEvent & { readonly type: T };

const isOf = <T extends EventType>(event: RigEvent, types: readonly T[]): event is EventOf<T> =>
  (types as readonly string[]).includes(event.type);

/** The last event of one of these types; `which` may be choosier. */
export const lastOf = <T extends EventType>(
  history: readonly RigEvent[],
  types: readonly T[],
  which: (event: EventOf<T>) => boolean = () => true,
): EventOf<T> | undefined => allOf(history, types).findLast(which);

export const allOf = <T extends EventType>(history: readonly RigEvent[], types: readonly T[]): readonly EventOf<T>[] =>
  history.filter((event): event is EventOf<T> => isOf(event, types));

export const after = (history: readonly RigEvent[], event: RigEvent | undefined): readonly RigEvent[] =>
  event === undefined ? history : history.filter(({ position }) => position > event.position);

export const onStream = (history: readonly RigEvent[], kind: 'issue' | 'pull'): readonly RigEvent[] =>
  history.filter(({ subject }) => subject.startsWith(`${kind}/`));
