import type { EventLog } from '@rig/event-store';
import { createLoop, type Clock, type Lifecycle, type Logger, type Loop } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import { emptyBoard, type Board } from '../core/board.js';
import type { DispatchConfig } from '../core/view.js';
import { createApplyEvents, type ApplyInput } from '../flows/apply-event.js';
import { createDesk } from '../flows/desk.js';
import type { Outbox } from '@rig/outbox';
import { createPropose } from '../flows/propose.js';
import { createSaveBoard, type BoardStore } from '../flows/save-board.js';
import { createSendIntents } from '../flows/send-intents.js';
import { createWatchLeases } from '../flows/watch-leases.js';
import type { DispatcherMetrics } from './metrics.js';

export interface ReaderOptions {
  /** Position of the last event that is known already. */
  readonly after: number;
  handle(events: readonly ApplyInput[]): Promise<void>;
}

export interface LeaderTermDeps {
  readonly log: Pick<EventLog, 'head'>;
  readonly bus: Pick<StreamBus, 'readLease' | 'alive'>;
  readonly store: BoardStore;
  readonly outbox: Pick<Outbox, 'put' | 'settleSoon' | 'settled'> & Lifecycle;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatcherMetrics;
  config(): DispatchConfig;
  /** Events of the log in position order, nothing left out. */
  openReader(options: ReaderOptions): Lifecycle;
}

/** What a term shows of itself. */
export interface TermState {
  /** Position of the board. */
  position(): number;
  /** Whether the board has everything that lay in the log when the term began. */
  caughtUp(): boolean;
}

/** Pause between two looks at what time alone changes (back-offs, rates), in milliseconds; events wake it at once. */
const PROPOSE_EVERY_MS = 1_000;
/** Pause between two looks at the leases, in milliseconds; far below the gap that would break an observation. */
const WATCH_EVERY_MS = 2_000;
const SAVE_EVERY_MS = 1_000;

const loadBoard = async ({ store, logger }: LeaderTermDeps, head: number): Promise<Board> => {
  const board = await store.load();
  if (board === undefined) return emptyBoard();
  if (board.position <= head) return board;
  // A log that was restored from an older copy: what the board knows beyond it never happened.
  logger.log('warn', 'the saved board is ahead of the log and is folded anew', { position: board.position, head });
  await store.forget();
  return emptyBoard();
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Stops parts in reverse, each in its own try. */
const stopAll = async (parts: readonly Lifecycle[], logger: Logger): Promise<void> => {
  for (const part of [...parts].reverse()) {
    await part.stop().catch((error: unknown) => logger.log('error', 'a part of the leader failed to stop', { error }));
  }
};

/**
 * Leads until `end` aborts: loads the board, catches up, proposes, watches leases, saves. Proposes nothing before the
 * board has caught up, and nothing after `end` aborted.
 * @param end  aborts when the leadership is lost or the service stops
 */
export const leadTerm = async (
  deps: LeaderTermDeps,
  end: AbortSignal,
  onState: (state: TermState) => void,
): Promise<void> => {
  const { clock, logger, metrics, outbox } = deps;
  const head = await deps.log.head();
  const desk = createDesk(await loadBoard(deps, head));
  const caughtUp = (): boolean => desk.board.position >= head;
  const mayPropose = (): boolean => !end.aborted && caughtUp();
  onState({ position: () => desk.board.position, caughtUp });

  const loop = (name: string, everyMs: number, once: () => Promise<string>): Loop =>
    createLoop({ name, everyMs, once, clock, logger, onOutcome: metrics.pass });
  const send = createSendIntents({ desk, outbox, clock, onSent: metrics.sent });
  const propose = createPropose({
    desk,
    send,
    clock,
    mayPropose,
    config: deps.config,
    onDecision: () => metrics.backlog(desk.planner.backlog()),
  });
  const save = createSaveBoard({ desk, store: deps.store, settled: outbox.settled, clock });
  const apply = createApplyEvents({ desk, outbox, logger, onOutcome: metrics.applied });
  const proposing = loop('propose', PROPOSE_EVERY_MS, propose);
  const reader = deps.openReader({
    after: desk.board.position,
    handle: async (events) => {
      await apply(events);
      proposing.wake();
    },
  });
  const watching = loop('watch-leases', WATCH_EVERY_MS, createWatchLeases({ ...deps, desk, send, mayPropose }));
  const parts = [outbox, loop('save-board', SAVE_EVERY_MS, () => save()), proposing, watching, reader];
  const ended = untilAborted(end);
  try {
    for (const part of parts) {
      // Catching up may take long, and the end of the term does not wait for it.
      if (!end.aborted) await Promise.race([part.start(), ended]);
    }
    await ended;
  } finally {
    await stopAll(parts, logger);
    await save(true).catch((error: unknown) => logger.log('warn', 'the board was not saved', { error }));
  }
};
