import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { RepoSlug, ShortText } from '../values.js';

export const RepositoryPaused = defineEvent({
  type: 'REPOSITORY_PAUSED',
  version: 1,
  subject: ['repo'],
  sentence: 'A person paused a repository: no agent gets or starts a task in it, and nothing is merged.',
  data: z.object({
    repo: RepoSlug,
    reason: ShortText,
    /** Whether the tasks that were held were taken back at the same time. */
    stopRunning: z.boolean(),
  }),
  golden: { repo: 'acme/greeter', reason: 'release freeze', stopRunning: false },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
