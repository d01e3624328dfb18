import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { IssueNumber, RepoSlug, ShortText, Text, Time } from '../values.js';

export const IssueOpened = defineEvent({
  type: 'ISSUE_OPENED',
  version: 1,
  subject: ['issue'],
  sentence: 'An issue was filed on the forge, or seen there for the first time.',
  data: z.object({
    repo: RepoSlug,
    number: IssueNumber,
    title: ShortText,
    body: Text,
    labels: z.array(ShortText).max(100),
    author: ShortText,
    openedAt: Time,
    updatedAt: Time,
  }),
  golden: {
    repo: 'acme/greeter',
    number: 7,
    title: 'Greet by name',
    body: 'Say hello to a named person.',
    labels: ['agent-ready', 'P1'],
    author: 'ada',
    openedAt: '2026-03-02T09:30:00.000Z',
    updatedAt: '2026-03-02T09:30:00.000Z',
  },
  producer: 'conductor',
  consumers: ['conductor', 'dispatcher'],
});
