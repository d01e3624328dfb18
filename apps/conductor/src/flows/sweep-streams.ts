import type { StreamBus } from '@rig/stream-bus';
import type { Mended } from './sweep.js';

/** A stream and the groups that read it. */
export interface StreamGroups {
  readonly stream: string;
  readonly groups: readonly string[];
  /** True: entries go after a day, although a group has not taken them. It catches up from the log. */
  readonly fromLog: boolean;
}

/** Entries stay on a stream this long after every group has taken them, in milliseconds; then this long at most. */
const KEEP_MS = 10 * 60_000;
const HARD_KEEP_MS = 24 * 3_600_000;

/** Cuts off what every group of a stream has taken. Offers are never cut off unread: nothing else holds them. */
export const createSweepTaken =
  (bus: Pick<StreamBus, 'trim'>, streams: () => readonly StreamGroups[]) => async (): Promise<Mended> => {
    const trimmed: string[] = [];
    for (const { stream, fromLog } of streams()) {
      const entries = await bus.trim(stream, KEEP_MS, fromLog ? HARD_KEEP_MS : undefined);
      if (entries > 0) trimmed.push(`${entries} entries of ${stream}`);
    }
    return trimmed;
  };

/** A live reader asks every few seconds; one that has not for so long, in milliseconds, is gone. */
const GONE_MS = 60 * 60_000;

/** Forgets consumers that are gone and hold nothing; what they held was taken over by others long before. */
export const createSweepConsumers =
  (bus: Pick<StreamBus, 'dropConsumers'>, streams: () => readonly StreamGroups[]) => async (): Promise<Mended> => {
    const dropped: string[] = [];
    for (const { stream, groups } of streams()) {
      for (const group of groups) {
        const names = await bus.dropConsumers(stream, group, GONE_MS);
        dropped.push(...names.map((name) => `${name} of ${stream}#${group}`));
      }
    }
    return dropped;
  };
