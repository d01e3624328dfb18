import { faultPoint, type Clock } from '@rig/kernel';
import type { Board } from '../core/board.js';
import type { Desk } from './desk.js';

/** Where the board is kept between two starts. */
export interface BoardStore {
  load(): Promise<Board | undefined>;
  /** Takes the board as it is at the call, waits for `before`, and replaces the saved one unless that is newer. */
  save(board: Board, before?: () => Promise<void>): Promise<void>;
  /** Drops the saved board. */
  forget(): Promise<void>;
}

export interface SaveBoardDeps {
  readonly desk: Desk;
  readonly store: Pick<BoardStore, 'save'>;
  /** Resolves when the facts that the board has seen answered are gone from the outbox. */
  settled(): Promise<void>;
  readonly clock: Clock;
}

/** Saved after so many events, or after so many milliseconds with any: what a restart has to read again at most. */
const SAVE_EVERY_EVENTS = 500;
const SAVE_EVERY_MS = 10_000;
/** A large board takes long to save: no more than this part of the time is spent on it. */
const GREATEST_SHARE = 1 / 20;

/** Saves the board when it is time, or at once when told so. Outcomes: `saved`, `early`. */
export const createSaveBoard = ({ desk, store, settled, clock }: SaveBoardDeps) => {
  let savedPosition = desk.board.position;
  let savedAt = clock.now();
  let tookMs = 0;
  return async (atOnce = false): Promise<'saved' | 'early'> => {
    const { position } = desk.board;
    const events = position - savedPosition;
    const elapsed = clock.now() - savedAt;
    const due =
      atOnce || ((events >= SAVE_EVERY_EVENTS || elapsed >= SAVE_EVERY_MS) && elapsed >= tookMs / GREATEST_SHARE);
    if (events === 0 || !due) return 'early';
    const began = clock.now();
    await store.save(desk.board, settled);
    tookMs = clock.now() - began;
    faultPoint('board.saved');
    savedPosition = position;
    savedAt = clock.now();
    return 'saved';
  };
};
