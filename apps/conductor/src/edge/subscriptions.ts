import { EVENTS_STREAM, FACTS_STREAM, INBOX_STREAM, parseStreamedEvent, parseFact } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { StreamSubscription } from '@rig/nest-kit';
import { z } from 'zod';

const WakeUp = z.object({ inboxId: z.uuid() });

const parseWakeUp = (json: unknown): Result<z.infer<typeof WakeUp>, Refusal> => {
  const parsed = WakeUp.safeParse(json);
  return parsed.success ? accept(parsed.data) : refuse({ code: 'WAKE_UP_INVALID', message: 'no inboxId' });
};

/** Entries of a conductor that is gone are taken over after so long, in milliseconds; else they would stay for ever. */
const TAKE_OVER_MS = 60_000;

/** What the conductor reads. Decisions wait for the append and the forge, so several run at the same time. */
export const subscriptions: readonly StreamSubscription[] = [
  { stream: INBOX_STREAM, group: 'conductor', parse: parseWakeUp, concurrency: 16, takeOverIdleMs: TAKE_OVER_MS },
  { stream: FACTS_STREAM, group: 'conductor', parse: parseFact, concurrency: 8, takeOverIdleMs: TAKE_OVER_MS },
  {
    stream: EVENTS_STREAM,
    group: 'conductor.gate',
    parse: parseStreamedEvent,
    concurrency: 4,
    takeOverIdleMs: TAKE_OVER_MS,
  },
  {
    stream: EVENTS_STREAM,
    group: 'conductor.outbound',
    parse: parseStreamedEvent,
    concurrency: 4,
    takeOverIdleMs: TAKE_OVER_MS,
  },
];
