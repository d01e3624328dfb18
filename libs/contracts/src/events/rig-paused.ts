import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const RigPaused = defineEvent({
  type: 'RIG_PAUSED',
  version: 1,
  subject: ['system'],
  sentence: 'A person paused everything: no agent gets or starts a task, and nothing is merged.',
  data: z.object({
    reason: ShortText,
    /** Whether the tasks that were held were taken back at the same time. */
    stopRunning: z.boolean(),
  }),
  golden: { reason: 'an incident', stopRunning: true },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
