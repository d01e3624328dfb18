import { EVENTS_STREAM, FACTS_STREAM, INBOX_STREAM, parseStreamedEvent, parseFact } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import type { StreamSubscription } from '@rig/nest-kit';
import { z } from 'zod';

const WakeUp = z.object({ inboxId: z.uuid() });

const parseWakeUp = (json: unknown): Result<z.infer<typeof WakeUp>, Refusal> => {
  const parsed = WakeUp.safeParse(json);
  return parsed.success ? accept(parsed.data) : refuse({ code: 'WAKE_UP_INVALID', message: 'no inboxId' });
};

/** What the conductor reads. Decisions wait for the append and the forge, so several run at the same time. */
export const subscriptions: readonly StreamSubscription[] = [
  { stream: INBOX_STREAM, group: 'conductor', parse: parseWakeUp, concurrency: 16 },
  { stream: FACTS_STREAM, group: 'conductor', parse: parseFact, concurrency: 8 },
  { stream: EVENTS_STREAM, group: 'conductor.gate', parse: parseStreamedEvent, concurrency: 4, takeOverIdleMs: 60_000 },
  {
    stream: EVENTS_STREAM,
    group: 'conductor.outbound',
    parse: parseStreamedEvent,
    concurrency: 4,
    takeOverIdleMs: 60_000,
  },
];
