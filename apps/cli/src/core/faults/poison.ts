import { dataSchemaName, deadStream, GROUPS, tasksStream, WORKERS_GROUP, type CommittedEnvelope } from '@rig/contracts';
import { EVENTS_STREAM, FACTS_STREAM, INBOX_STREAM } from '@rig/contracts';

/** An entry that nobody can handle. */
export interface Poison {
  readonly name: string;
  readonly stream: string;
  readonly json: string;
  /** Dead lists in which it has to end; none where it has to be passed over. */
  readonly lists: readonly string[];
  /** How the reason there begins. */
  readonly reason: string;
}

const HUGE = 10 * 1024 * 1024;

const deadLists = (stream: string, groups: readonly string[]): readonly string[] =>
  groups.map((group) => deadStream(stream, group));

/** The groups whose consumers act on single events; the dispatcher takes events by position and passes over these. */
const ACTING = GROUPS[EVENTS_STREAM].filter((group) => group.startsWith('conductor.'));

const wakeUps = (): readonly Poison[] => {
  const about = { stream: INBOX_STREAM, lists: deadLists(INBOX_STREAM, GROUPS[INBOX_STREAM]) };
  return [
    { ...about, name: 'a wake-up without an id', json: '{}', reason: 'WAKE_UP_INVALID' },
    { ...about, name: 'a wake-up that is no JSON', json: '{"inboxId":', reason: 'ENTRY_NOT_JSON' },
    {
      ...about,
      name: 'a wake-up of 10 MB',
      json: JSON.stringify({ inboxId: 'x'.repeat(HUGE) }),
      reason: 'WAKE_UP_INVALID',
    },
  ];
};

const facts = ({ id, subject, time }: CommittedEnvelope): readonly Poison[] => {
  const about = { stream: FACTS_STREAM, lists: deadLists(FACTS_STREAM, GROUPS[FACTS_STREAM]), reason: 'FACT_INVALID' };
  const head = { id, subject, time, source: 'rig/dispatcher', actor: { kind: 'service', id: 'dispatcher' } };
  const deferred = (code: string) => ({ ...head, type: 'ISSUE_DEFERRED', data: { code, message: 'poison' } });
  return [
    { ...about, name: 'a fact without anything', json: '{}' },
    { ...about, name: 'a fact of an unknown type', json: JSON.stringify({ ...head, type: 'MOON_LANDED', data: {} }) },
    { ...about, name: 'a fact of 10 MB', json: JSON.stringify(deferred('x'.repeat(HUGE))) },
  ];
};

const events = (last: CommittedEnvelope): readonly Poison[] => {
  const about = { stream: EVENTS_STREAM, lists: deadLists(EVENTS_STREAM, ACTING) };
  const priority = { type: 'ISSUE_PRIORITISED', dataschema: dataSchemaName('ISSUE_PRIORITISED', 1) };
  const entry = (change: object): string => JSON.stringify({ ...last, ...change });
  return [
    {
      ...about,
      name: 'an event of an unknown version',
      json: entry({ dataschema: dataSchemaName(last.type, 99) }),
      reason: 'EVENT_VERSION_UNKNOWN',
    },
    { ...about, name: 'an event without data', json: entry({ data: {}, ...priority }), reason: 'EVENT_DATA_INVALID' },
    {
      ...about,
      name: 'an event of 10 MB',
      json: entry({ ...priority, data: { priority: 'x'.repeat(HUGE) } }),
      reason: 'EVENT_DATA_INVALID',
    },
    {
      ...about,
      name: 'an event of an unknown type',
      json: entry({ type: 'MOON_LANDED', dataschema: dataSchemaName('MOON_LANDED', 1) }),
      lists: [],
      reason: '',
    },
  ];
};

const offers = (agent: string): readonly Poison[] => {
  const stream = tasksStream(agent);
  const lists = [deadStream(stream, WORKERS_GROUP)];
  return [{ name: 'an offer without anything', stream, lists, json: '{}', reason: 'OFFER_INVALID' }];
};

/** One of everything that must go to a dead list at once, on every stream; made from the last event of a log. */
export const poisonOf = (last: CommittedEnvelope, agent: string): readonly Poison[] => [
  ...wakeUps(),
  ...facts(last),
  ...events(last),
  ...offers(agent),
];

/** What is missing in the dead lists, or too much there, in words. */
export const deadMisfits = (
  poison: readonly Poison[],
  dead: readonly { readonly list: string; readonly reason: string }[],
): readonly string[] => {
  const left = [...dead];
  const missing = poison.flatMap(({ name, lists, reason }) =>
    lists.flatMap((list) => {
      const found = left.findIndex((entry) => entry.list === list && entry.reason.startsWith(reason));
      if (found >= 0) left.splice(found, 1);
      return found >= 0 ? [] : [`${name} is not in ${list} with ${reason}`];
    }),
  );
  return [...missing, ...left.map(({ list, reason }) => `${list} holds what does not belong there: ${reason}`)];
};
