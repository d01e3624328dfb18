import type { Clock } from '@rig/kernel';
import { expire } from '../core/in-flight.js';
import type { DispatchConfig } from '../core/view.js';
import type { Desk } from './desk.js';
import type { SendIntents } from './send-intents.js';

export interface ProposeDeps {
  readonly desk: Desk;
  readonly send: SendIntents;
  readonly clock: Clock;
  /** The configuration as it stands now. */
  config(): DispatchConfig;
  /** False as soon as the leadership is lost, or while the board is behind the log. */
  mayPropose(): boolean;
  onDecision?(): void;
}

/** One pass: decides what to propose now and sends it. Outcomes: `proposed`, `idle`, `waiting` (may not propose). */
export const createPropose =
  ({ desk, send, clock, config, mayPropose, onDecision }: ProposeDeps) =>
  async (): Promise<'proposed' | 'idle' | 'waiting'> => {
    if (!mayPropose()) return 'waiting';
    const now = clock.now();
    expire(desk.inFlight, now);
    const decision = desk.planner.decide(config(), now);
    onDecision?.();
    if (decision.intents.length === 0) return 'idle';
    await send(decision.intents);
    return 'proposed';
  };
