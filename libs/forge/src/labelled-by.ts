import { z } from 'zod';
import type { RepoApi } from './api.js';

const IssueEvents = z.array(
  z.object({
    event: z.string(),
    actor: z.object({ login: z.string() }).nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

/** Who put a label on an issue last; undefined when nobody did, or the forge has forgotten. */
export const readLabelledBy = async (api: RepoApi, number: number, label: string): Promise<string | undefined> => {
  const events = await api.list('/issues/{number}/events', IssueEvents, { number }, { partial: true });
  const puts = events.filter((event) => event.event === 'labeled' && event.label?.name === label);
  return puts.at(-1)?.actor?.login;
};
