import type { CommittedEnvelope } from '@rig/contracts';
import { systemClock, type Clock, type Logger } from '@rig/kernel';
import { createAppender } from './appender.js';
import { EVENT_COLUMNS, fromRow, type EnvelopeRow } from './envelope-row.js';
import type { EventLog, EventStore, InlineProjection } from './event-store.js';
import { createLogWatcher, type LogWatcher } from './log-watcher.js';
import { checkSchemaName } from './migrate.js';
import type { SqlPool } from './pool.js';
import { rebuildProjections } from './rebuild.js';
import { verifyProjections } from './verify.js';

export interface EventLogOptions {
  /** Its owner ends it, after `close`. */
  readonly pool: SqlPool;
  readonly schema: string;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface PostgresEventStoreOptions extends EventLogOptions {
  /** Applied to every event in its append, in this order. */
  readonly projections: readonly InlineProjection[];
}

/** Events of one read at most, whatever was asked for. */
const MAX_READ = 10_000;

const readLog = ({ pool, schema }: EventLogOptions, watcher: LogWatcher): EventLog => {
  const select = async (
    name: string,
    rest: string,
    values: readonly unknown[],
  ): Promise<readonly CommittedEnvelope[]> => {
    // From the view: a reader may have rights on nothing else.
    const found = await pool.query<EnvelopeRow>({
      name: `log.${schema}.${name}`,
      text: `select ${EVENT_COLUMNS} from ${schema}.log ${rest}`,
      values: [...values],
    });
    return found.rows.map(fromRow);
  };
  return {
    readAll: (after, limit = 500) =>
      select('all', 'where position > $1 order by position limit $2', [after, Math.min(limit, MAX_READ)]),
    readStream: (subject, afterVersion = 0) =>
      select('stream', 'where subject = $1 and version > $2 order by version', [subject, afterVersion]),
    head: async () => {
      const found = await pool.query<{ head: string }>(
        `select coalesce(max(position), 0)::text as head from ${schema}.log`,
      );
      return Number(found.rows[0]?.head ?? 0);
    },
    watch: watcher.watch,
  };
};

/** Read-only access to the log, as any service may have it for catching up. */
export const createPostgresEventLog = (options: EventLogOptions): EventLog & { close(): Promise<void> } => {
  checkSchemaName(options.schema);
  const watcher = createLogWatcher({ ...options, clock: options.clock ?? systemClock });
  return { ...readLog(options, watcher), close: watcher.close };
};

/**
 * The event store on Postgres; `migrateEventStore` must have run. Several processes may append to one log: the order
 * is that of commits. An append resolves after its commit, or rejects with APPEND_QUEUE_FULL, APPEND_UNAVAILABLE
 * (retryable), APPEND_FAILED (terminal) or APPEND_FUNCTION_MISSING (bug); a passing fault is tried five times first.
 */
export const createPostgresEventStore = (options: PostgresEventStoreOptions): EventStore => {
  const { pool, projections, logger } = options;
  const schema = checkSchemaName(options.schema);
  for (const { name } of projections) checkSchemaName(name);
  const clock = options.clock ?? systemClock;
  const watcher = createLogWatcher({ pool, schema, clock, logger });
  const log = readLog(options, watcher);
  const appender = createAppender({ pool, schema, projections, clock, logger });
  watcher.onHead(appender.reached);
  const load = async <Row extends object>(projection: InlineProjection<Row>, key: string): Promise<Row | undefined> => {
    const name = checkSchemaName(projection.name);
    const found = await pool.query<{ state: Row }>({
      name: `load.${schema}.${name}`,
      text: `select state from ${schema}."${name}" where key = $1`,
      values: [key],
    });
    return found.rows[0]?.state;
  };
  return {
    ...log,
    append: async (item) => {
      const outcome = await appender.append(item);
      if (outcome.status === 'appended' && outcome.events.length > 0) watcher.wake();
      return outcome;
    },
    load,
    recall: async <Row extends object>(projection: InlineProjection<Row>, key: string): Promise<Row | undefined> =>
      (appender.row(projection.name, key) as Row | undefined) ?? load(projection, key),
    rebuild: (chosen) => rebuildProjections({ pool, schema, projections: chosen }),
    verify: (chosen) => verifyProjections({ pool, schema, projections: chosen }),
    close: async () => {
      await appender.close();
      await watcher.close();
    },
  };
};
