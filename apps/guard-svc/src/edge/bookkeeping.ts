import type { EventLog, OrderedReader } from '@rig/event-store';
import { backoff, messageOf, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { ReadyCheck, ReadyState, ServicePart } from '@rig/nest-kit';
import type { Ledger } from '../flows/ports.js';

export interface BookkeepingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: Pick<EventLog, 'head'>;
  readonly ledger: Pick<Ledger, 'position' | 'advance' | 'forget'>;
  readonly outbox: Lifecycle;
  /** Makes the tables and the streams' groups. */
  prepare(): Promise<void>;
  openReader(after: number): OrderedReader;
}

export interface Bookkeeping extends ServicePart {
  /** Always ready: questions are answered without a database. Says in its note what waits. */
  readonly check: ReadyCheck;
  /** Whether the tables are there. */
  prepared(): boolean;
}

const RETRY = { baseMs: 250, maxMs: 5_000 };

type State = { readonly is: 'opening'; readonly why: string } | { readonly is: 'open'; readonly reader: OrderedReader };

const startAfter = async ({ ledger, log, logger }: BookkeepingDeps): Promise<number> => {
  const [position, head] = [await ledger.position(), await log.head()];
  if (position <= head) return position;
  // A log that was restored from an older copy: what is known beyond it never happened.
  logger.log('warn', 'what is kept is ahead of the log and is made anew', { position, head });
  await ledger.forget();
  return 0;
};

const noteOf = (state: State): string | undefined => {
  if (state.is === 'opening') return `blocks are not counted yet: ${state.why}`;
  return state.reader.stalled === undefined ? undefined : `blocks wait to be counted: ${state.reader.stalled}`;
};

const waitAfter = async (
  failures: number,
  { clock, logger }: BookkeepingDeps,
  error: string,
  stop: AbortSignal,
): Promise<void> => {
  logger.log('warn', 'blocks cannot be counted yet', { error });
  await clock.sleep(backoff(failures, RETRY), stop);
};

const checkOf = (state: State): ReadyState => {
  const note = noteOf(state);
  return { ready: true, ...(note === undefined ? {} : { note }) };
};

/**
 * Takes in what the log says, for as long as the service runs. It starts without a database and goes on trying: it must
 * never keep a decision from being made.
 */
export const createBookkeeping = (deps: BookkeepingDeps): Bookkeeping => {
  const { ledger, outbox } = deps;
  let state: State = { is: 'opening', why: 'starting' };
  let prepared = false;
  let running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  const open = async (): Promise<OrderedReader> => {
    await deps.prepare();
    const after = await startAfter(deps);
    prepared = true;
    return deps.openReader(after);
  };

  const run = async (stop: AbortSignal): Promise<void> => {
    for (let failures = 0; !stop.aborted; failures++) {
      try {
        const reader = await open();
        state = { is: 'open', reader };
        await outbox.start();
        if (!stop.aborted) await reader.start();
        return;
      } catch (error) {
        state = { is: 'opening', why: messageOf(error) };
        await waitAfter(failures, deps, state.why, stop);
      }
    }
  };

  const close = async (): Promise<void> => {
    if (state.is !== 'open') return;
    await state.reader.stop();
    await outbox.stop();
    // Saves the next start a second look; what could not be noted is passed over by its position.
    await ledger.advance(state.reader.position).catch(() => undefined);
  };

  return {
    name: 'bookkeeping',
    start: async () => {
      if (running !== undefined) return;
      const stop = new AbortController();
      running = { stop, done: run(stop.signal) };
    },
    stop: async () => {
      running?.stop.abort();
      // It may be reading, or about to begin.
      await close();
      await running?.done;
      await close();
      running = undefined;
    },
    check: () => checkOf(state),
    prepared: () => prepared,
  };
};
