import { appendFileSync } from 'node:fs';
import type { History, Recorded } from '../../core/faults/history.js';

/** Writes each operation down as it happens: what a row that broke off did is there as well. */
export const openHistory = (file: string, now: () => number): History => {
  const began = now();
  const kept: Recorded[] = [];
  return {
    add: (operation) => {
      const recorded = { at: Math.round(now() - began), ...operation };
      kept.push(recorded);
      appendFileSync(file, `${JSON.stringify(recorded)}\n`);
    },
    all: () => kept,
  };
};
