import { backoff } from '@rig/kernel';
import type { Verdict } from '../stream-bus.js';
import { createAckBatcher } from './ack-batcher.js';
import { untilDone, type ConsumerContext } from './context.js';
import type { RawEntry } from './entry-source.js';

/** Carries out verdicts. */
export interface Settler {
  /** Nothing to wait for after an acknowledgement: it is written with others, soon. */
  settle(entry: RawEntry, verdict: Verdict): Promise<void> | undefined;
  bury(entry: RawEntry, reason: string): Promise<void>;
  /** Begins the next try of a held entry, if it is still this consumer's. */
  resume(id: string): Promise<void>;
  /** Entries that wait for their next try. */
  readonly waiting: number;
  /** Writes the acknowledgements that are left. */
  flush(): Promise<void>;
}

type Retry = Extract<Verdict, { verdict: 'retry' }>;

const DELAY = { baseMs: 1_000, maxMs: 60_000 };
/** Longest reason that is kept, in characters. */
const REASON_LENGTH = 2_000;

const createBurial =
  <T>(context: ConsumerContext<T>) =>
  async (entry: RawEntry, reason: string): Promise<void> => {
    const short = reason.slice(0, REASON_LENGTH);
    await untilDone(context, 'bury an entry', () => context.source.bury(entry.id, short, entry.attempt));
    context.held.delete(entry.id);
    context.count('dead');
    const { id, attempt } = entry;
    context.logger.log('error', 'an entry went to the dead list', {
      ...context.fields,
      entry: id,
      tries: attempt,
      reason: short,
    });
  };

/** Leaves an entry pending; the try that has just been does not count. */
const leave = async <T>(context: ConsumerContext<T>, entry: RawEntry): Promise<void> => {
  context.left.add(entry.id);
  context.held.delete(entry.id);
  context.count('left');
  await untilDone(context, 'leave an entry', () => context.source.setTries(entry.id, entry.attempt - 1));
};

export const createSettler = <T>(context: ConsumerContext<T>): Settler => {
  const { source, clock, signal, held, options } = context;
  const delays = { baseMs: options.retryBaseMs ?? DELAY.baseMs, maxMs: options.retryMaxMs ?? DELAY.maxMs };
  const maxTries = options.maxTries ?? 5;
  const bury = createBurial(context);
  let waiting = 0;
  const acks = createAckBatcher(
    (ids) => untilDone(context, 'acknowledge', () => source.ack(ids)),
    (ids) => {
      for (const id of ids) held.delete(id);
    },
  );

  const resume = async (id: string): Promise<void> => {
    const entry = await untilDone(context, 'read an entry again', () => source.again(id));
    held.delete(id);
    if (entry !== undefined) context.take(entry);
  };
  const wait = async (id: string, delayMs: number): Promise<void> => {
    waiting += 1;
    await clock.sleep(delayMs, signal);
    waiting -= 1;
    if (!signal.aborted) await resume(id);
  };
  const retry = async (entry: RawEntry, { reason, counted = true, delayMs }: Retry): Promise<void> => {
    if (counted && entry.attempt >= maxTries) return bury(entry, reason);
    if (!counted) await untilDone(context, 'give a try back', () => source.setTries(entry.id, entry.attempt - 1));
    const delay = delayMs ?? backoff(entry.attempt - 1, delays);
    const fields = { ...context.fields, entry: entry.id, tries: entry.attempt, delayMs: delay, reason };
    context.count('retried');
    context.logger.log(counted ? 'warn' : 'debug', 'an entry is tried again', fields);
    void wait(entry.id, delay).catch(() => held.delete(entry.id));
  };

  return {
    get waiting() {
      return waiting;
    },
    bury,
    resume,
    flush: () => acks.flush(),
    settle: (entry, verdict) => {
      if (verdict.verdict === 'retry') return retry(entry, verdict);
      if (verdict.verdict === 'dead') return bury(entry, verdict.reason);
      if (verdict.verdict === 'leave') return leave(context, entry);
      context.count(verdict.outcome ?? 'acked');
      acks.add(entry.id);
      return undefined;
    },
  };
};
