import { issueSubject, pullSubject, type RigEvent } from '@rig/contracts';
import type { EventStore } from '@rig/event-store';
import { typedEvent } from './projections.js';

/** Events of an issue and its pull request, in position order. */
export const readStory = async (
  store: Pick<EventStore, 'readStream'>,
  repo: string,
  number: number,
  pull: number | null,
): Promise<readonly RigEvent[]> => {
  const names = pull === null ? [issueSubject(repo, number)] : [issueSubject(repo, number), pullSubject(repo, pull)];
  const streams = await Promise.all(names.map((name) => store.readStream(name)));
  return streams
    .flat()
    .map(typedEvent)
    .sort((a, b) => a.position - b.position);
};
