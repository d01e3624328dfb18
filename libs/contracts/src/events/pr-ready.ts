import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { Time } from '../values.js';

export const PrReady = defineEvent({
  type: 'PR_READY',
  version: 1,
  subject: ['pull'],
  sentence: 'A draft became ready for review.',
  data: z.object({
    updatedAt: Time,
  }),
  golden: {
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
