import { setTimeout as sleep } from 'node:timers/promises';
import { parseOption, usageError, wholeNumber } from '../../core/arguments.js';
import { exitCodeOf, progressLine, tableLines, type RowResult } from '../../core/faults/row-result.js';
import { faultRows } from '../../flows/faults/rows.js';
import { createRunRow, type FaultRow } from '../../flows/faults/run-row.js';
import { runRows } from '../../flows/faults/run-rows.js';
import { checkoutRoot } from '../checkout.js';
import { interruption } from '../interruption.js';
import { createTerminal, printJson } from '../terminal.js';
import { runInNamespace } from './own-namespace.js';
import { readFaultPoints } from './read-fault-points.js';
import { whyNoDisks } from './small-disks.js';
import { startWorld } from './world.js';

const choose = (given: Record<string, unknown>): readonly FaultRow[] => {
  const loadSeconds = parseOption(wholeNumber(1, 3_600), '--load-seconds', given['loadSeconds'], '--load-seconds 600');
  const rows = faultRows({ loadSeconds, whyNoDisks });
  if (typeof given['only'] !== 'string') return given['all'] === true ? rows : rows.filter((row) => row.inShort);
  const wanted = given['only'].split(',').map((word) => word.trim());
  const unknown = wanted.find((word) => !rows.some(({ row }) => String(row) === word));
  if (unknown !== undefined) {
    const known = rows.map(({ row }) => row).join(', ');
    throw usageError(`--only: there is no row "${unknown}" here`, `Rows that can be run: ${known}`);
  }
  return rows.filter(({ row }) => wanted.includes(String(row)));
};

/** Two worlds at once by default in the short set, most of whose time is waiting; else one. */
const jobsOf = (given: Record<string, unknown>, short: boolean): number =>
  given['jobs'] === undefined ? (short ? 2 : 1) : parseOption(wholeNumber(1, 16), '--jobs', given['jobs'], '--jobs 2');

/** `rig faults`: 0 when every row that ran holds. */
export const runFaultsCommand = async (given: Record<string, unknown>): Promise<number> => {
  const rows = choose(given);
  const seed = parseOption(wholeNumber(0, 1_000_000), '--seed', given['seed'], '--seed 7');
  const json = given['json'] === true;
  const terminal = createTerminal(json ? process.stderr : process.stdout, Date.now);
  const stop = interruption();
  const say = (line: string): void => terminal.line(terminal.palette.dim(line));
  const now = (): number => performance.now();
  const began = now();
  const short = given['all'] !== true && given['only'] === undefined;
  const runRow = createRunRow({
    startWorld: (row) => startWorld({ row, seed, flawless: short, keep: given['keep'] === true, say }),
    points: await readFaultPoints(checkoutRoot),
    seed,
    short,
    signal: stop.signal,
    now,
    // Whoever aborts a sleep looks at the signal.
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  });
  const run = async (row: FaultRow): Promise<RowResult> => {
    const at = now();
    say(`row ${row.row}: ${row.name}`);
    const elsewhere = row.smallDisks === true ? await runInNamespace(row.row, seed) : undefined;
    const result = elsewhere ?? (await runRow(row));
    for (const text of result.violations) terminal.line(terminal.palette.bad(`row ${row.row}: ${text}`));
    say(progressLine(result, now() - at, now() - began));
    return result;
  };
  const results = await runRows({ rows, jobs: jobsOf(given, short), run, signal: stop.signal });
  const stopped = stop.signal.aborted;
  stop.dispose();
  for (const line of tableLines(results)) terminal.line(line);
  if (json) printJson(results);
  return stopped ? 130 : exitCodeOf(results);
};
