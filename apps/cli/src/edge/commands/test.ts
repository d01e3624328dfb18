import type { Command } from 'commander';
import type { Outcome } from '../command-line.js';
export const addTest = (_program: Command, _outcome: Outcome): void => undefined;
