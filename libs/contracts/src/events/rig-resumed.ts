import { z } from 'zod';
import { defineEvent } from '../define-event.js';

export const RigResumed = defineEvent({
  type: 'RIG_RESUMED',
  version: 1,
  subject: ['system'],
  sentence: 'A person let everything go on. Agents and repositories paused by themselves stay paused.',
  data: z.object({}),
  golden: {},
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
