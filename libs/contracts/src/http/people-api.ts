import { z } from 'zod';
import { AgentId, RepoSlug, ShortText } from '../values.js';

/** What a person may pause: everything, one agent, or one repository. */
export const PauseTarget = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('all') }),
  z.object({ scope: z.literal('agent'), id: AgentId }),
  z.object({ scope: z.literal('repo'), id: RepoSlug }),
]);
export type PauseTarget = z.infer<typeof PauseTarget>;

/** `POST /api/pause` */
export const PauseRequest = z.object({
  target: PauseTarget,
  /** For the log and for `explain`. Default: none. */
  reason: ShortText.default(''),
  /** Also takes back what is being worked on, and ends it. Default: what runs may finish. */
  stopRunning: z.boolean().default(false),
});
export type PauseRequest = z.input<typeof PauseRequest>;

/** `POST /api/resume` */
export const ResumeRequest = z.object({ target: PauseTarget });
