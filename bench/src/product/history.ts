import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { CommittedEnvelope } from '@rig/contracts';
import { conductorProjections } from '@rig/conductor/dist/flows/projections.js';
import type { SqlPool } from '@rig/event-store';
import { pastIssue, readyIssue, type Happening, type StoryPlace } from './past-issues.js';

/** What lies in the log before a bench begins. */
export interface HistoryOptions {
  readonly schema: string;
  /** Issues from filing to merge: 19 events each. */
  readonly past: number;
  /** Approved issues that nobody has: 3 events each. */
  readonly ready: number;
  /** Over so many repositories, in turns. */
  readonly repositories: number;
  /** Agents that the past work was done by. */
  readonly agents: number;
}

interface TextFile {
  readonly path: string;
  write(fields: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

/** COPY's text format: tabs between fields, backslashes doubled. */
const copyField = (text: string): string => text.replaceAll('\\', '\\\\');

const openFile = (path: string): TextFile => {
  const stream: WriteStream = createWriteStream(path, { highWaterMark: 1 << 20 });
  return {
    path,
    write: async (fields) => {
      if (!stream.write(`${fields.map(copyField).join('\t')}\n`)) await once(stream, 'drain');
    },
    end: async () => {
      stream.end();
      await finished(stream);
    },
  };
};

const sha = (): string => randomBytes(20).toString('hex');

export const repoName = (index: number): string => `acme/repo-${index}`;

/** The story of one issue, placed behind `head`. */
const place = (happenings: readonly Happening[], head: number, at: string): readonly CommittedEnvelope[] => {
  const versions = new Map<string, number>();
  return happenings.map(({ subject, body }, index): CommittedEnvelope => {
    const version = (versions.get(subject) ?? 0) + 1;
    versions.set(subject, version);
    return {
      id: randomUUID(),
      source: 'rig/conductor',
      subject,
      time: at,
      correlationid: randomUUID(),
      causationid: randomUUID(),
      actor: { kind: 'forge', id: 'ada' },
      type: body.type,
      dataschema: `rig:${body.type}:1`,
      data: body.data,
      position: head + index + 1,
      version,
    };
  });
};

const writeEvent = (file: TextFile, event: CommittedEnvelope): Promise<void> => {
  const { position, subject, version, id, type, dataschema, data, ...meta } = event;
  return file.write([
    String(position),
    subject,
    String(version),
    id,
    type,
    dataschema,
    JSON.stringify(data),
    JSON.stringify(meta),
  ]);
};

/** The rows that the projections make of a story: no story touches another's. */
const writeRows = async (files: ReadonlyMap<string, TextFile>, events: readonly CommittedEnvelope[]): Promise<void> => {
  for (const projection of conductorProjections) {
    const rows = new Map<string, { readonly state: object; readonly position: number }>();
    for (const event of events) {
      for (const key of projection.keysOf(event)) {
        const state = projection.evolve(rows.get(key)?.state, event, key);
        if (state !== undefined) rows.set(key, { state, position: event.position });
      }
    }
    for (const [key, { state, position }] of rows) {
      await files.get(projection.name)?.write([key, String(position), JSON.stringify(state)]);
    }
  }
};

const writeStories = async (
  { past, ready, repositories, agents }: HistoryOptions,
  events: TextFile,
  rows: ReadonlyMap<string, TextFile>,
): Promise<number> => {
  let head = 0;
  for (let index = 0; index < past + ready; index++) {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
    const story: StoryPlace = {
      repo: repoName(index % repositories),
      number: 1 + 2 * Math.floor(index / repositories),
      author: `dev-e-${index % agents}`,
      reviewer: `review-e-${index % agents}`,
      at,
    };
    const ids = { implement: randomUUID(), review: randomUUID(), incarnation: randomUUID(), head: sha(), merge: sha() };
    const placed = place(index < past ? pastIssue(story, ids, head) : readyIssue(story), head, at);
    for (const event of placed) await writeEvent(events, event);
    await writeRows(rows, placed);
    head += placed.length;
  }
  return head;
};

/**
 * Fills an empty, migrated schema by COPY: the log, and the rows that the projections make of it.
 * Resolves to the head of the log.
 */
export const loadHistory = async (pool: SqlPool, options: HistoryOptions): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-history-'));
  // The server reads the files, and it may be another user.
  await chmod(folder, 0o755);
  const events = openFile(join(folder, 'events'));
  const rows = new Map(conductorProjections.map(({ name }) => [name, openFile(join(folder, name))]));
  const client = await pool.connect();
  try {
    const head = await writeStories(options, events, rows);
    await Promise.all([events.end(), ...[...rows.values()].map((file) => file.end())]);
    await client.query('set statement_timeout = 0');
    const columns = 'position, subject, version, id, type, dataschema, data, meta';
    await client.query(`copy ${options.schema}.events (${columns}) from '${events.path}'`);
    for (const [name, file] of rows) {
      await client.query(`copy ${options.schema}."${name}" (key, position, state) from '${file.path}'`);
    }
    await client.query(`vacuum (analyze) ${options.schema}.events`);
    for (const name of rows.keys()) await client.query(`vacuum (analyze) ${options.schema}."${name}"`);
    await client.query('checkpoint');
    return head;
  } finally {
    client.release(true);
    await rm(folder, { recursive: true, force: true });
  }
};
