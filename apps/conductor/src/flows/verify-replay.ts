import type { EventStore, Verification } from '@rig/event-store';
import { conductorProjections } from './projections.js';

export interface ReplayReport extends Verification {
  /** True when every row is, byte for byte, what the log makes of it. */
  readonly ok: boolean;
  readonly seconds: number;
}

export interface VerifyReplayDeps {
  readonly store: Pick<EventStore, 'verify'>;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Replays the whole log beside the read models and compares row by row. One at a time: whoever asks meanwhile waits for it. */
export const createVerifyReplay = ({ store, now }: VerifyReplayDeps): (() => Promise<ReplayReport>) => {
  let running: Promise<ReplayReport> | undefined;
  const verify = async (): Promise<ReplayReport> => {
    const began = now();
    const verification = await store.verify(conductorProjections);
    const ok = verification.projections.every(({ differences }) => differences === 0);
    return { ...verification, ok, seconds: Math.round((now() - began) / 100) / 10 };
  };
  return () => {
    running ??= verify().finally(() => {
      running = undefined;
    });
    return running;
  };
};

export type VerifyReplay = ReturnType<typeof createVerifyReplay>;
