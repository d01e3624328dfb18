import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { RepoSlug } from '../values.js';

export const RepositoryResumed = defineEvent({
  type: 'REPOSITORY_RESUMED',
  version: 1,
  subject: ['repo'],
  sentence: 'A person let a paused repository go on.',
  data: z.object({ repo: RepoSlug }),
  golden: { repo: 'acme/greeter' },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
