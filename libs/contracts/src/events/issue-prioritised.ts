import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { Priority } from '../values.js';

export const IssuePrioritised = defineEvent({
  type: 'ISSUE_PRIORITISED',
  version: 1,
  subject: ['issue'],
  sentence: 'The priority of an issue changed (label P0 to P3; P2 without one).',
  data: z.object({
    priority: Priority,
  }),
  golden: {
    priority: 1,
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
