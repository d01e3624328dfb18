import type { SqlClient, SqlPool } from '@rig/event-store';
import { messageOf, withDeadline, type Clock, type Logger } from '@rig/kernel';

/** The right to lead, for as long as the connection that holds it lives. */
export interface Leadership {
  /** Aborts when the connection broke or fell silent: from then on another may lead. */
  readonly lost: AbortSignal;
  /** Gives it up. May be called twice. */
  release(): Promise<void>;
}

export interface LeadershipOptions {
  readonly pool: SqlPool;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Silence after which Postgres gives the lock to another, in milliseconds, above the heartbeat's 2 s; default 10 s. */
  readonly silenceMs?: number;
}

const LOCK = "hashtextextended('rig.dispatcher.leader', 0)";
// In one statement, so that the lock is never held by a session that may be silent for ever.
const TRY = `with tried as materialized (select pg_try_advisory_lock(${LOCK}) as leads)
  select leads, case when leads then set_config('idle_session_timeout', $1, false) end from tried`;
/** How often the leader's connection is tried, and how long an answer may take, in milliseconds. */
const BEAT_MS = 2_000;
const BEAT_DEADLINE_MS = 3_000;
/**
 * Silence after which Postgres itself ends the leader's session, and with it the lock, in milliseconds. A process that
 * was stopped, or cut off behind a peer that still answers for it, keeps its connection: nobody else could lead.
 */
const SILENCE_MS = 10_000;

const beat = async (client: SqlClient, { clock, logger }: LeadershipOptions, end: AbortController): Promise<void> => {
  while (!end.signal.aborted) {
    await clock.sleep(BEAT_MS, end.signal);
    if (end.signal.aborted) return;
    try {
      await withDeadline("the leader's heartbeat", BEAT_DEADLINE_MS, () => client.query('select 1'), end.signal);
    } catch (error) {
      if (!end.signal.aborted) logger.log('warn', 'the leader lost its connection', { error: messageOf(error) });
      end.abort();
    }
  }
};

const hold = (client: SqlClient, options: LeadershipOptions): Leadership => {
  const end = new AbortController();
  const onBroken = (): void => end.abort();
  client.on('error', onBroken);
  client.on('end', onBroken);
  const beating = beat(client, options, end);
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    end.abort();
    await beating;
    client.off('end', onBroken);
    // Closed, not put back: the lock lives in the session and ends with it. The error listener stays for its last words.
    client.release(true);
  };
  return { lost: end.signal, release: () => (released ??= release()) };
};

/**
 * Tries once to become the leader: a session advisory lock on a connection of its own. Undefined while another holds
 * it; throws when Postgres does not answer.
 */
export const tryToLead = async (options: LeadershipOptions): Promise<Leadership | undefined> => {
  const client = await options.pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let leads: boolean;
  try {
    const answer = await client.query<{ leads: boolean }>(TRY, [String(options.silenceMs ?? SILENCE_MS)]);
    leads = answer.rows[0]?.leads === true;
  } catch (error) {
    // Thrown away, not put back: the answer may still be owed, and the lock may be held by this very session.
    client.release(true);
    throw error;
  }
  if (leads) return hold(client, options);
  client.off('error', ignore);
  client.release();
  return undefined;
};
