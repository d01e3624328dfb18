import { createPool, type SqlPool } from '@rig/event-store';
import {
  checkAccepted,
  type AttemptEnd,
  type DeadRow,
  type History,
  type InboxRow,
} from '../../core/faults/history.js';
import {
  checkExclusivity,
  checkExplained,
  checkGates,
  checkLog,
  checkMerges,
  checkReports,
  type Explained,
  type LoggedEvent,
  type MergeSeen,
} from '../../core/faults/invariants.js';
import type { Look, WorldObserver } from '../../flows/faults/world.js';
import type { ForgeRecord } from './forge-record.js';
import { getJson } from './get-json.js';

export interface ObserverOptions {
  readonly postgresUrl: string;
  readonly conductorUrl: string;
  readonly operatorToken: string;
  readonly repo: string;
  readonly forge: ForgeRecord;
  /** Last words of all workers' attempts, from their logs. */
  attemptEnds(): Promise<readonly AttemptEnd[]>;
  dead(): Promise<readonly DeadRow[]>;
}

export interface Observer extends WorldObserver {
  readonly pool: SqlPool;
  close(): Promise<void>;
}

interface Verification {
  readonly projections: readonly { readonly name: string; readonly differences: number }[];
}

/** Time for one question to a service that may be stopped at this very moment, in milliseconds. */
const ASK_MS = 5_000;
/** The same at the end, when everything must answer. */
const LAST_ASK_MS = 20_000;

const createEvents = (pool: SqlPool): WorldObserver['events'] => {
  const known: LoggedEvent[] = [];
  return async () => {
    const found = await pool.query<Omit<LoggedEvent, 'position'> & { position: string | number }>(
      `select position, subject, version::int as version, id, type, data, meta->>'causationid' as cause
         from conductor.log where position > $1 order by position`,
      [known.at(-1)?.position ?? 0],
    );
    // Another look may have been faster: what it took is not taken twice.
    const last = known.at(-1)?.position ?? 0;
    const rows = found.rows.map((row) => ({ ...row, position: Number(row.position) }));
    known.push(...rows.filter(({ position }) => position > last));
    return known;
  };
};

const readInbox = async (pool: SqlPool): Promise<readonly InboxRow[]> =>
  (await pool.query<InboxRow>('select id, kind, guid, event, outcome, reason from conductor.inbox')).rows;

/** The checks that ask services, which may be away while faults are being injected. */
const createAsking = (options: ObserverOptions, required: ReadonlySet<string>, events: WorldObserver['events']) => {
  const { conductorUrl, operatorToken, repo, forge } = options;
  const ended = (events: readonly LoggedEvent[]): ReadonlySet<string> =>
    new Set(
      events.filter(({ type }) => type === 'ISSUE_DONE' || type === 'ISSUE_CLOSED').map(({ subject }) => subject),
    );
  // A merge is told once; it stays here until the log that it is compared with could be read.
  const unjudged = new Set<MergeSeen>();
  return {
    I4: async (withinMs: number): Promise<readonly string[]> => {
      const { projections } = await getJson<Verification>(`${conductorUrl}/api/replay/verify`, operatorToken, withinMs);
      return projections
        .filter(({ differences }) => differences > 0)
        .map(({ name, differences }) => `I4: ${differences} rows of ${name} are not what the log makes of them`);
    },
    I5: async (events: readonly LoggedEvent[], withinMs: number): Promise<readonly string[]> => {
      const over = ended(events);
      const open = events.filter(({ type, subject }) => type === 'ISSUE_OPENED' && !over.has(subject));
      const explained = await Promise.all(
        open.map(({ subject }) =>
          getJson<Explained>(
            `${conductorUrl}/api/explain/issues/${repo}/${subject.split('/').at(-1) ?? ''}`,
            operatorToken,
            withinMs,
          ),
        ),
      );
      return checkExplained(explained);
    },
    I7: async (): Promise<readonly string[]> => {
      for (const merge of await forge.newMerges()) unjudged.add(merge);
      const merges = [...unjudged];
      // Read behind the merges: the gate's answer was in the log before them.
      const seen = merges.length === 0 ? [] : await events();
      for (const merge of merges) unjudged.delete(merge);
      return [...checkMerges(merges, [...required]), ...checkGates(merges, seen)];
    },
  };
};

/** What could be asked, with what it found; what could not be asked is left out. */
const gather = async (asked: Readonly<Record<string, Promise<readonly string[]>>>): Promise<Look> => {
  const names = Object.keys(asked);
  const settled = await Promise.allSettled(Object.values(asked));
  return {
    invariants: names.filter((_, index) => settled[index]?.status === 'fulfilled'),
    found: settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
  };
};

/** In the middle of faults: what cannot be asked just now is left out. */
const lookNow = async (asking: ReturnType<typeof createAsking>, events: WorldObserver['events']): Promise<Look> => {
  const seen = await events().catch(() => undefined);
  if (seen === undefined) return { invariants: [], found: [] };
  const { invariants, found } = await gather({ I4: asking.I4(ASK_MS), I5: asking.I5(seen, ASK_MS), I7: asking.I7() });
  return {
    invariants: ['I1', 'I2', ...invariants],
    found: [...checkExclusivity(seen), ...checkLog(seen), ...found],
  };
};

/** A session that holds the append lock and says nothing more, until the server ends it. */
const holdAppendLock = async (pool: SqlPool): Promise<void> => {
  const client = await pool.connect();
  client.on('error', () => client.release(true));
  await client.query('begin');
  await client.query('select conductor.lock_log()');
};

/** Looks at a system from outside, past every proxy: the log and the inbox by SQL, the forge by its own record. */
export const createObserver = (options: ObserverOptions): Observer => {
  const { postgresUrl, forge } = options;
  const pool = createPool({ url: postgresUrl, applicationName: 'rig-faults', max: 3 });
  const required = new Set(['test']);
  const events = createEvents(pool);
  const asking = createAsking(options, required, events);
  const fates = async (history: History): Promise<readonly string[]> => {
    const asked = [events(), readInbox(pool), options.dead(), forge.deliveries(), options.attemptEnds()] as const;
    const [seen, inbox, dead, deliveries, ends] = await Promise.all(asked);
    return [...checkAccepted({ history: history.all(), deliveries, inbox, dead }), ...checkReports(seen, inbox, ends)];
  };
  return {
    pool,
    events,
    look: () => lookNow(asking, events),
    lookAtRest: async (history) => {
      const seen = await events();
      const asked = [asking.I4(LAST_ASK_MS), asking.I5(seen, LAST_ASK_MS), asking.I7(), fates(history)];
      return {
        invariants: ['I1', 'I2', 'I4', 'I5', 'I7'],
        found: [...checkExclusivity(seen), ...checkLog(seen), ...(await Promise.all(asked)).flat()],
      };
    },
    undecided: async () => {
      const sql = 'select count(*)::int as waiting from conductor.inbox where settled_at is null';
      return (await pool.query<{ waiting: number }>(sql)).rows[0]?.waiting ?? 0;
    },
    commits: forge.commits,
    requireCheck: (name) => void required.add(name),
    holdAppendLock: () => holdAppendLock(pool),
    close: () => pool.end(),
  };
};
