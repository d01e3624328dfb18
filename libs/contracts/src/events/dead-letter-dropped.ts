import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { ShortText, Text } from '../values.js';

export const DeadLetterDropped = defineEvent({
  type: 'DEAD_LETTER_DROPPED',
  version: 1,
  subject: ['system'],
  sentence: 'A person dropped a dead entry for good.',
  data: z.object({
    list: ShortText,
    /** Id in the dead list. */
    id: ShortText,
    stream: ShortText,
    group: ShortText,
    /** Why its last try failed. */
    reason: ShortText,
    tries: z.int().min(0),
    /** The entry as it was, cut off at the length of a text. */ payload: Text,
  }),
  golden: {
    list: 'rig:dead:events:dispatcher',
    id: '1772443800000-0',
    stream: 'rig:events',
    group: 'dispatcher',
    reason: 'EVENT_DATA_INVALID',
    tries: 1,
    payload: '{}',
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});
