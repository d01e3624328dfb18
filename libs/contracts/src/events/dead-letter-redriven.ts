import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText } from '../values.js';

export const DeadLetterRedriven = defineEvent({
  type: 'DEAD_LETTER_REDRIVEN',
  version: 1,
  subject: ['system'],
  sentence: 'A person put a dead entry back on its stream, for its group alone.',
  data: z.object({
    list: ShortText,
    /** Id in the dead list. */
    id: ShortText,
    stream: ShortText,
    group: ShortText,
    /** Why its last try failed. */
    reason: ShortText,
    tries: z.int().min(0),
  }),
  golden: {
    list: 'rig:dead:events:dispatcher',
    id: '1772443800000-0',
    stream: 'rig:events',
    group: 'dispatcher',
    reason: 'EVENT_DATA_INVALID',
    tries: 1,
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});
