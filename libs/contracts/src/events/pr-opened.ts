import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { AgentId, CommitSha, IssueNumber, RepoSlug, ShortText, Text, Time } from '../values.js';

export const PrOpened = defineEvent({
  type: 'PR_OPENED',
  version: 1,
  subject: ['pull'],
  sentence: 'A pull request was opened, or seen for the first time.',
  data: z.object({
    repo: RepoSlug,
    number: IssueNumber,
    title: ShortText,
    body: Text,
    labels: z.array(ShortText).max(100),
    author: ShortText,
    agent: AgentId.nullable(),
    headRef: ShortText,
    headSha: CommitSha,
    baseRef: ShortText,
    draft: z.boolean(),
    openedAt: Time,
    updatedAt: Time,
  }),
  golden: {
    repo: 'acme/greeter',
    number: 8,
    title: 'feat: greet by name',
    body: 'Closes #7',
    labels: [],
    author: 'rig-author[bot]',
    agent: 'dev-e-node',
    headRef: 'rig/issue-7-greet-by-name',
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    baseRef: 'main',
    draft: false,
    openedAt: '2026-03-02T09:30:00.000Z',
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
