import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CommittedEnvelope, issueSubject, parsePlace } from '@rig/contracts';
import { createMemoryEventStore, type EventStore } from '@rig/event-store';
import { systemClock } from '@rig/kernel';
import { memoryGuards } from '../testing/memory-read-models.js';
import { conductorProjections, issues } from './projections.js';
import { createStateAt } from './state-at.js';
import { createVerifyReplay } from './verify-replay.js';

const FOLDER = 'apps/conductor/histories';

/** What a recorded log is expected to end with. */
const EXPECTED: Readonly<Record<string, { readonly issues: number; readonly phase: string }>> = {
  'default-story.jsonl': { issues: 1, phase: 'done' },
  'crowd.jsonl': { issues: 5, phase: 'done' },
  'paused-story.jsonl': { issues: 1, phase: 'done' },
};

const recorded = (name: string): readonly CommittedEnvelope[] =>
  readFileSync(`${FOLDER}/${name}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => CommittedEnvelope.parse(JSON.parse(line)));

const storeOf = async (events: readonly CommittedEnvelope[]): Promise<EventStore> => {
  const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
  for (const { subject, version, position: _position, ...event } of events) {
    const outcome = await store.append({ writes: [{ subject, expectedVersion: version - 1, events: [event] }] });
    if (outcome.status !== 'appended') throw new Error(`${event.type} was not appended: ${outcome.status}`);
  }
  return store;
};

const issuesOf = (events: readonly CommittedEnvelope[]): readonly number[] => {
  const places = events.map(({ subject }) => parsePlace(subject));
  return [...new Set(places.flatMap((place) => (place?.kind === 'issue' ? [place.number] : [])))];
};

it('every recorded history is expected, and every expected one is there', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe.each(Object.entries(EXPECTED))('the recorded history %s', (name, expected) => {
  const events = recorded(name);
  const [repo] = events.flatMap(({ subject }) => parsePlace(subject)?.repo ?? []);
  if (repo === undefined) throw new Error('the history has no repository');

  it('has dense positions', () => {
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  });

  it('is folded without an error, and every issue ends as it did', async () => {
    const store = await storeOf(events);
    const numbers = issuesOf(events);
    expect(numbers).toHaveLength(expected.issues);
    for (const number of numbers) {
      expect(await store.load(issues, issueSubject(repo, number))).toMatchObject({ phase: expected.phase });
    }
    expect(await createVerifyReplay({ store, now: systemClock.now })()).toMatchObject({
      ok: true,
      head: events.length,
    });
  });

  it('shows each issue as it was at every position', async () => {
    const store = await storeOf(events);
    const stateAt = createStateAt(store);
    for (const number of issuesOf(events)) {
      const subject = issueSubject(repo, number);
      const first = events.find((event) => event.subject === subject)?.position ?? 0;
      for (const { position } of events) {
        const then = await stateAt(repo, number, { position });
        if (position < first) expect(then).toMatchObject({ refusal: { code: 'NOT_YET' } });
        else expect(then).toMatchObject({ ok: true, value: { issue: { number } } });
      }
      const last = await stateAt(repo, number, { position: events.length });
      expect(last.ok && last.value.issue).toEqual(await store.load(issues, subject));
    }
  });
});
