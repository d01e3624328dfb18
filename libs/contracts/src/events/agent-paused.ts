import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, ShortText } from '../values.js';

export const AgentPaused = defineEvent({
  type: 'AGENT_PAUSED',
  version: 1,
  subject: ['agent'],
  sentence: 'A person paused an agent: it gets no new task and starts none.',
  data: z.object({
    agent: AgentId,
    reason: ShortText,
    /** Whether the tasks that were held were taken back at the same time. */
    stopRunning: z.boolean(),
  }),
  golden: { agent: 'dev-e-node', reason: 'looks confused', stopRunning: true },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
