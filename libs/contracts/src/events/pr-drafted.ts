import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { Time } from '../values.js';

export const PrDrafted = defineEvent({
  type: 'PR_DRAFTED',
  version: 1,
  subject: ['pull'],
  sentence: 'A pull request became a draft.',
  data: z.object({
    updatedAt: Time,
  }),
  golden: {
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
