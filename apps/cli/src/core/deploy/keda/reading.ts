import type { StreamTrigger } from './objects.js';

/** What Valkey tells of one stream and one group at one moment. */
export interface StreamState {
  /** Entries on the stream; undefined: there is no such key. */
  readonly length: number | undefined;
  /** Undefined: the stream has no such group. `lag` is null where Valkey cannot tell it. */
  readonly group: { readonly lag: number | null; readonly pending: number } | undefined;
}

export type Reading = { readonly value: number } | { readonly error: string };

export type TriggerMode = 'lag' | 'pending' | 'length';

/** A trigger counts one thing: lag if `lagCount` is set, else pending entries of its group, else the stream's length. */
export const modeOf = ({ metadata }: StreamTrigger): TriggerMode => {
  if (metadata.consumerGroup === undefined) return 'length';
  return metadata.lagCount === undefined || metadata.lagCount === 0 ? 'pending' : 'lag';
};

/** What one pod is good for, by the trigger's mode. */
export const targetOf = (trigger: StreamTrigger): number =>
  ({
    lag: trigger.metadata.lagCount ?? 0,
    pending: trigger.metadata.pendingEntriesCount,
    length: trigger.metadata.streamLength,
  })[modeOf(trigger)];

/** The number that KEDA's redis-streams scaler reports. */
export const readTrigger = (trigger: StreamTrigger, state: StreamState): Reading => {
  const { length, group } = state;
  switch (modeOf(trigger)) {
    case 'length':
      return { value: length ?? 0 };
    case 'pending':
      // XPENDING of a group that is not there is an error, unlike XINFO GROUPS of a stream that is not.
      return group === undefined ? { error: 'NOGROUP' } : { value: group.pending };
    case 'lag':
      if (length === undefined) return { value: 0 };
      // Without the group everything on the stream is yet to be read; a lag that is nil arrives as 0.
      return { value: group === undefined ? length : (group.lag ?? 0) };
  }
};
