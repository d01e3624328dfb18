import type { Logger } from '@rig/kernel';
import pg from 'pg';

/** What this library and its users need of a Postgres connection pool. */
export type SqlPool = pg.Pool;
/** One connection of a pool. */
export type SqlClient = pg.PoolClient;
/** Either: whatever runs a statement. */
export type SqlRunner = Pick<pg.Pool, 'query'>;

export interface PoolOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections at most. Default 10. */
  readonly max?: number;
  /** Limit of one statement, in milliseconds. Default 30 000. */
  readonly statementTimeoutMs?: number;
  /**
   * Time for the answer to one statement, in milliseconds. Default 12 000. For a peer that vanished without a word
   * (half-open connection), which no limit of the server's ends; `patient` lifts it.
   */
  readonly answerTimeoutMs?: number;
  readonly logger?: Logger;
}

const INT8 = 20;

type TypeParser = (value: string) => unknown;

/** int8 as a number: positions stay far below 2^53, and a string would sort and compare wrongly. */
const parserOf = (oid: number, format?: 'text' | 'binary'): TypeParser =>
  oid === INT8 && format !== 'binary' ? Number : (pg.types.getTypeParser(oid, format) as TypeParser);

const types = { getTypeParser: parserOf as typeof pg.types.getTypeParser };

/**
 * A pool whose sessions cannot hold the append lock for long: a lock is waited for 5 s at most, a transaction that
 * stands idle is ended after 10 s, a statement after 30 s, and a peer that vanished is noticed by TCP keepalive, or when
 * it owes an answer for 12 s: then its connection is thrown away.
 */
export const createPool = (options: PoolOptions): SqlPool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    query_timeout: options.answerTimeoutMs ?? 12_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
    types,
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) =>
    options.logger?.log('warn', 'an idle database connection broke', { error: error.message }),
  );
  return pool;
};

/** Longest answer that is waited for where work is known to be long, in milliseconds. */
const PATIENCE_MS = 600_000;

/** The same connection for statements that may take long: migrations, rebuilding, verifying. */
export const patient = (client: SqlRunner): SqlRunner => {
  const query = (statement: string | pg.QueryConfig, values?: unknown[]) =>
    client.query({
      ...(typeof statement === 'string' ? { text: statement } : statement),
      ...(values === undefined ? {} : { values }),
      ...{ query_timeout: PATIENCE_MS },
    });
  return { query: query as SqlRunner['query'] };
};

/** The driver's error for an answer that did not come in time; the statement may still be under way. */
export const isSilence = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
export const inTransaction = async <T>(pool: SqlPool, work: (client: SqlClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    // Nothing more is said to a peer that does not answer.
    if (isSilence(error)) broken = error as Error;
    else
      await client.query('rollback').catch((failed: Error) => {
        broken = failed;
      });
    throw error;
  } finally {
    if (broken === undefined) client.off('error', onError);
    // A broken connection is thrown away, not put back.
    client.release(broken);
  }
};
