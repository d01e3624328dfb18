import type { Board } from '../core/board.js';
import { InFlight } from '../core/in-flight.js';
import { Planner } from '../core/planner.js';

/** What one leader works on: the board, its proposals that were not answered yet, and what follows from both. */
export interface Desk {
  readonly board: Board;
  readonly inFlight: InFlight;
  readonly planner: Planner;
}

export const createDesk = (board: Board): Desk => {
  const inFlight = new InFlight();
  return { board, inFlight, planner: new Planner(board, inFlight) };
};
