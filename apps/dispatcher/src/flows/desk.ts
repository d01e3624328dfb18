import type { Board } from '../core/board.js';
import type { InFlight } from '../core/in-flight.js';

/** What one leader works on: the board, and its proposals that were not answered yet. */
export interface Desk {
  readonly board: Board;
  readonly inFlight: InFlight;
}

export const createDesk = (board: Board): Desk => ({ board, inFlight: new Map() });
