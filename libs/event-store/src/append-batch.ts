import type { CommittedEnvelope } from '@rig/contracts';
import { backoff, faultPoint, messageOf, RigError, type Clock, type Logger } from '@rig/kernel';
import { AppendReply } from './append-reply.js';
import { arrangeItems, type Arrangement } from './arrange-items.js';
import { batchPayload, type BatchPayload } from './batch-payload.js';
import { EVENT_COLUMNS, fromRow, type EnvelopeRow } from './envelope-row.js';
import type { AppendItem, AppendOutcome, InlineProjection } from './event-store.js';
import { createKnownLog, type KnownLog } from './known-log.js';
import type { ReadRow } from './row-overlay.js';
import { inTransaction, type SqlPool, type SqlRunner } from './pool.js';
import { appendFailure, isPassing } from './sql-faults.js';

/** An item on its way through the appender. */
export interface Entry {
  readonly item: AppendItem;
  /** Its events are in the log already: only its effects are still to run. */
  duplicate: boolean;
  /** Those events, if it may have been this very append that wrote them before the connection was cut. */
  found?: readonly CommittedEnvelope[];
  settle(outcome: AppendOutcome): void;
  fail(error: RigError): void;
}

export interface BatchDeps {
  readonly pool: SqlPool;
  readonly schema: string;
  readonly projections: readonly InlineProjection[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Optimistic tries before the lock is taken first. */
const MAX_MISSES = 3;
/** Tries of a batch that meets passing faults (connection cut, lock not had), 200 ms · 2ⁿ apart. */
const MAX_FAULTS = 5;

interface Planned {
  readonly arrangement: Arrangement<Entry>;
  readonly payload: BatchPayload;
  readonly head: number;
}

const itemOf = ({ item, duplicate }: Entry): AppendItem =>
  duplicate ? { writes: [], effects: item.effects ?? [] } : item;

const outcomeOf = (entry: Entry, events: readonly CommittedEnvelope[]): AppendOutcome => {
  if (!entry.duplicate) return { status: 'appended', events };
  return entry.found === undefined ? { status: 'duplicate' } : { status: 'appended', events: entry.found };
};

/** Takes what the database refused out of a plan: duplicates stay for their effects, conflicts are told to `settle`. */
const refusals = (
  planned: Planned,
  reply: Extract<AppendReply, { status: 'refused' }>,
  settle: (entry: Entry, outcome: AppendOutcome) => void,
): ReadonlySet<Entry> => {
  const gone = new Set<Entry>();
  for (const refused of reply.items) {
    const entry = planned.arrangement.included[refused.item]?.entry;
    if (entry === undefined || gone.has(entry)) continue;
    if (refused.reason === 'duplicate') entry.duplicate = true;
    else {
      const { subject, expected, actual } = refused;
      settle(entry, { status: 'conflict', subject, expected, actual });
      gone.add(entry);
    }
  }
  return gone;
};

interface Appending extends BatchDeps {
  readonly known: KnownLog;
}

const plan = async (deps: Appending, runner: SqlRunner, entries: readonly Entry[]): Promise<Planned> => {
  const { known, projections } = deps;
  const { head, epoch } = await known.at(runner);
  const arrangement = arrangeItems(entries, itemOf, head);
  await known.loadRows(
    runner,
    arrangement.included.flatMap(({ events }) => events),
  );
  return { arrangement, head, payload: batchPayload(arrangement.included, epoch, itemOf, projections, known.row) };
};

const call = async (deps: Appending, runner: SqlRunner, planned: Planned): Promise<AppendReply> => {
  faultPoint('append.before-commit');
  const answer = await runner.query<{ reply: unknown }>({
    name: `append.${deps.schema}`,
    text: `select ${deps.schema}.append($1, $2::jsonb) as reply`,
    values: [planned.head, planned.payload.json],
  });
  const reply = AppendReply.parse(answer.rows[0]?.reply);
  if (reply.status === 'appended') faultPoint('append.after-commit');
  if (reply.status === 'appended') deps.known.appended(reply.head, planned.payload.changes);
  if (reply.status === 'moved') deps.known.moved(reply);
  return reply;
};

/** One item under a lock that is held: nothing can move, so it is appended or refused at the second try at latest. */
const appendUnderLock = async (deps: Appending, runner: SqlRunner, entry: Entry): Promise<AppendOutcome> => {
  for (;;) {
    const planned = await plan(deps, runner, [entry]);
    const reply = await call(deps, runner, planned);
    if (reply.status === 'appended') return outcomeOf(entry, planned.arrangement.included[0]?.events ?? []);
    if (reply.status === 'guarded') return { status: 'guarded', guard: reply.guard };
    if (reply.status === 'moved' || entry.duplicate) {
      throw new RigError({ code: 'APPEND_LOCK_BROKEN', kind: 'bug', message: 'the log moved under the append lock' });
    }
    let conflict: AppendOutcome | undefined;
    refusals(planned, reply, (_, outcome) => (conflict = outcome));
    if (conflict !== undefined) return conflict;
  }
};

/**
 * Takes the lock first and appends item by item in one transaction. Used after too many misses, and when a guard said
 * no: what a guard sees of earlier items must be committed with its verdict, not rolled back behind it.
 */
const appendLocked = async (deps: Appending, entries: readonly Entry[]): Promise<void> => {
  const outcomes = await inTransaction(deps.pool, async (client) => {
    await client.query(`select ${deps.schema}.lock_log()`);
    // Read anew, behind the lock.
    deps.known.forget();
    const found: [Entry, AppendOutcome][] = [];
    for (const entry of entries) found.push([entry, await appendUnderLock(deps, client, entry)]);
    return found;
  });
  for (const [entry, outcome] of outcomes) entry.settle(outcome);
};

/** Appends optimistically, round by round, until every entry of `open` is settled. */
const appendOpen = async (deps: Appending, open: Set<Entry>): Promise<void> => {
  let misses = 0;
  while (open.size > 0) {
    const planned = await plan(deps, deps.pool, [...open]);
    const reply = await call(deps, deps.pool, planned);
    if (reply.status === 'appended') {
      misses = 0;
      for (const { entry, events } of planned.arrangement.included) {
        open.delete(entry);
        entry.settle(outcomeOf(entry, events));
      }
    } else if (reply.status === 'refused') {
      const gone = refusals(planned, reply, (entry, outcome) => entry.settle(outcome));
      for (const entry of gone) open.delete(entry);
    } else if (reply.status === 'guarded' || ++misses >= MAX_MISSES) {
      await appendLocked(deps, [...open]);
      open.clear();
    }
  }
};

/** After a fault it is open whether the commit happened: of items whose events are all in the log, effects remain. */
const findCommitted = async (deps: Appending, open: ReadonlySet<Entry>): Promise<void> => {
  const ids = [...open].flatMap(({ item }) => item.writes.flatMap(({ events }) => events.map(({ id }) => id)));
  if (ids.length === 0) return;
  const rows = await deps.pool.query<EnvelopeRow>(
    `select ${EVENT_COLUMNS} from ${deps.schema}.events where id = any($1::uuid[]) order by position`,
    [ids],
  );
  const byId = new Map(rows.rows.map((row) => [row.id, fromRow(row)]));
  for (const entry of open) {
    const wanted = entry.item.writes.flatMap(({ events }) => events.map(({ id }) => id.toLowerCase()));
    const events = wanted.flatMap((id) => byId.get(id) ?? []);
    if (wanted.length === 0 || events.length < wanted.length) continue;
    entry.duplicate = true;
    entry.found = events;
  }
};

/** One more try after a passing fault, or false when there have been enough. */
const recover = async (deps: Appending, open: Set<Entry>, faults: number, error: unknown): Promise<boolean> => {
  if (faults >= MAX_FAULTS) return false;
  deps.logger.log('warn', 'an append met a passing fault', { faults, error: messageOf(error) });
  await deps.clock.sleep(backoff(faults - 1, { baseMs: 200, maxMs: 2_000 }));
  // If the database is still away, the append after this one says so.
  await findCommitted(deps, open).catch(() => undefined);
  return true;
};

/** Resolves once every entry is settled or has failed; never rejects. */
const run = async (deps: Appending, entries: readonly Entry[]): Promise<void> => {
  const open = new Set(entries);
  let faults = 0;
  while (open.size > 0) {
    try {
      await appendOpen(deps, open);
    } catch (error) {
      deps.known.forget();
      // What was found in a transaction that was rolled back is void.
      for (const entry of open) {
        entry.duplicate = false;
        delete entry.found;
      }
      if (isPassing(error)) {
        faults += 1;
        if (await recover(deps, open, faults, error)) continue;
      } else if (open.size > 1) {
        // One item may be the cause: it alone shall fail.
        for (const entry of open) await run(deps, [entry]);
        return;
      }
      for (const entry of open) entry.fail(appendFailure(error));
      return;
    }
  }
};

export interface BatchAppender {
  run(entries: readonly Entry[]): Promise<void>;
  /** A row as remembered, perhaps not committed yet while a batch runs; undefined: not remembered, or not there. */
  readonly row: ReadRow;
  /**
   * The log is known to have reached a position, or may have (undefined): if somebody else appended, what is remembered
   * is void.
   */
  reached(head: number | undefined): void;
}

export const createBatchAppender = (deps: BatchDeps): BatchAppender => {
  const known = createKnownLog(deps.schema, deps.projections);
  const appending = { ...deps, known };
  let running = false;
  let told = 0;
  let unsure = false;
  /** Between batches: while one is under way its own events may be told of before its answer has come. */
  const compare = (): void => {
    if (running) return;
    if (unsure || told > known.head) known.forget();
    unsure = false;
  };
  return {
    run: async (entries) => {
      running = true;
      try {
        await run(appending, entries);
      } finally {
        running = false;
        compare();
      }
    },
    row: known.row,
    reached: (head) => {
      if (head === undefined || !Number.isSafeInteger(head)) unsure = true;
      else told = Math.max(told, head);
      compare();
    },
  };
};
