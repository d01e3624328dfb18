import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId } from '../values.js';

export const AgentResumed = defineEvent({
  type: 'AGENT_RESUMED',
  version: 1,
  subject: ['agent'],
  sentence: 'A person let a paused agent go on.',
  data: z.object({ agent: AgentId }),
  golden: { agent: 'dev-e-node' },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
