import { RigError } from '@rig/kernel';
import { z } from 'zod';
import type { RawEntry } from '../consumer/entry-source.js';

const unknownShape = (what: string, why: string): RigError =>
  new RigError({
    code: 'BUS_REPLY',
    kind: 'bug',
    message: `The reply of ${what} has an unknown shape: ${why}`,
    fix: 'Use Valkey 8 or Redis 7.2 or newer.',
  });

/** Replies of the server are parsed like any other input: a shape we do not know is a bug, not a guess. */
const parse = <S extends z.ZodType>(what: string, schema: S, reply: unknown): z.output<S> => {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw unknownShape(what, parsed.error.issues[0]?.message ?? '');
};

const Text = z.string();
const Fields = z.array(Text);
const Entry = z.tuple([Text, Fields.nullable()]);

export interface StreamEntry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

const toRecord = (fields: readonly string[]): Record<string, string> => {
  const record: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) record[fields[i] ?? ''] = fields[i + 1] ?? '';
  return record;
};

const toEntry = ([id, fields]: z.output<typeof Entry>): StreamEntry => ({ id, fields: toRecord(fields ?? []) });

export const entriesOf = (reply: unknown): readonly StreamEntry[] =>
  parse('XRANGE', z.array(Entry), reply).map(toEntry);

/** A list of names. */
export const namesOf = (reply: unknown): readonly string[] => parse('a list of names', z.array(Text), reply);

const strangeEntry = (): RigError => unknownShape('XREADGROUP', 'not an entry');

/** By hand: this is done for every entry that is read, and a schema takes as long as parsing the JSON itself. */
const toRawEntry = (reply: unknown): RawEntry => {
  if (!Array.isArray(reply)) throw strangeEntry();
  const [id, fields] = reply as readonly unknown[];
  if (typeof id !== 'string') throw strangeEntry();
  // An entry that was deleted while it was pending.
  if (fields === null) return { id, attempt: 1, json: '' };
  if (!Array.isArray(fields)) throw strangeEntry();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const value: unknown = fields[i + 1];
    if (fields[i] === 'json' && typeof value === 'string') return { id, attempt: 1, json: value };
  }
  return { id, attempt: 1, json: '' };
};

const Streams = z.array(z.tuple([Text, z.custom<readonly unknown[]>(Array.isArray)])).nullable();

/** XREADGROUP over several streams, of each entry the field `json`; null when the time was up. */
export const readOf = (reply: unknown): readonly { readonly key: string; readonly entries: readonly RawEntry[] }[] =>
  (parse('XREADGROUP', Streams, reply) ?? []).map(([key, entries]) => ({ key, entries: entries.map(toRawEntry) }));

/** XPENDING with a range. */
export const pendingOf = (reply: unknown): readonly { readonly id: string; readonly consumer: string }[] =>
  parse('XPENDING', z.array(z.tuple([Text, Text, z.number(), z.number()])), reply).map(([id, consumer]) => ({
    id,
    consumer,
  }));

export const numberOf = (what: string, reply: unknown): number => parse(what, z.coerce.number(), reply);
export const textOf = (what: string, reply: unknown): string => parse(what, Text, reply);

/** `{tries, json}` of again-1.lua. */
export const againOf = (reply: unknown): { readonly tries: number; readonly json: string } | undefined => {
  const parsed = parse('again-1.lua', z.tuple([z.number(), Text]).nullish(), reply);
  return parsed === undefined || parsed === null ? undefined : { tries: parsed[0], json: parsed[1] };
};

export const takenOf = (
  reply: unknown,
): readonly { readonly id: string; readonly attempt: number; readonly json: string }[] =>
  parse('take-over-1.lua', z.array(z.tuple([Text, z.number(), Text])), reply).map(([id, attempt, json]) => ({
    id,
    attempt,
    json,
  }));

export const pairsOf = (reply: unknown): readonly { readonly id: string; readonly json: string }[] =>
  parse('outstanding-1.lua', z.array(z.tuple([Text, Text])), reply).map(([id, json]) => ({ id, json }));

export const relayedOf = (reply: unknown): { readonly done: boolean; readonly last: number } => {
  const [done, last] = parse('relay-n.lua', z.tuple([z.number(), z.number()]), reply);
  return { done: done === 1, last };
};

export const leaseOf = (reply: unknown): { fence: number; owner: string; leftMs: number } | undefined => {
  const parsed = parse('read-lease-1.lua', z.tuple([Text, z.number()]).nullish(), reply);
  if (parsed === undefined || parsed === null) return undefined;
  const [value, leftMs] = parsed;
  const colon = value.indexOf(':');
  return { fence: Number(value.slice(0, colon)), owner: value.slice(colon + 1), leftMs };
};

const InfoItem = z.union([z.string(), z.number(), z.null(), z.array(z.unknown())]);

/** XINFO replies are flat lists of names and values. */
const infoRecord = (items: readonly z.output<typeof InfoItem>[]): ReadonlyMap<string, z.output<typeof InfoItem>> => {
  const record = new Map<string, z.output<typeof InfoItem>>();
  for (let i = 0; i + 1 < items.length; i += 2) record.set(String(items[i]), items[i + 1] ?? null);
  return record;
};

export interface GroupInfo {
  readonly name: string;
  readonly pending: number;
  /** Undefined where the server cannot tell. */
  readonly lag: number | undefined;
  readonly lastId: string;
}

export const groupsOf = (reply: unknown): readonly GroupInfo[] =>
  parse('XINFO GROUPS', z.array(z.array(InfoItem)), reply).map((items) => {
    const info = infoRecord(items);
    const lag = info.get('lag');
    return {
      name: String(info.get('name')),
      pending: Number(info.get('pending')),
      lag: typeof lag === 'number' ? lag : undefined,
      lastId: String(info.get('last-delivered-id')),
    };
  });

export const lastIdOf = (reply: unknown): string =>
  String(infoRecord(parse('XINFO STREAM', z.array(InfoItem), reply)).get('last-generated-id') ?? '0-0');

/** The part of a stream id that is a position on relayed streams. */
export const positionOf = (id: string): number => Number(id.slice(0, id.indexOf('-')));
