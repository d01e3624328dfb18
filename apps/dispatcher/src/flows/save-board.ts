import { faultPoint, type Clock } from '@rig/kernel';
import type { Board } from '../core/board.js';
import type { Desk } from './desk.js';

/** Where the board is kept between two starts. */
export interface BoardStore {
  load(): Promise<Board | undefined>;
  /** Replaces the saved board unless that one is newer. */
  save(board: Board): Promise<void>;
  /** Drops the saved board. */
  forget(): Promise<void>;
}

export interface SaveBoardDeps {
  readonly desk: Desk;
  readonly store: Pick<BoardStore, 'save'>;
  readonly clock: Clock;
}

/** Saved after so many events, or after so many milliseconds with any: what a restart has to read again at most. */
const SAVE_EVERY_EVENTS = 500;
const SAVE_EVERY_MS = 10_000;

/** Saves the board when it is time, or at once when told so. Outcomes: `saved`, `early`. */
export const createSaveBoard = ({ desk, store, clock }: SaveBoardDeps) => {
  let savedPosition = desk.board.position;
  let savedAt = clock.now();
  return async (atOnce = false): Promise<'saved' | 'early'> => {
    const { position } = desk.board;
    const events = position - savedPosition;
    const due = atOnce || events >= SAVE_EVERY_EVENTS || clock.now() - savedAt >= SAVE_EVERY_MS;
    if (events === 0 || !due) return 'early';
    await store.save(desk.board);
    faultPoint('board.saved');
    savedPosition = position;
    savedAt = clock.now();
    return 'saved';
  };
};

export type SaveBoard = ReturnType<typeof createSaveBoard>;
