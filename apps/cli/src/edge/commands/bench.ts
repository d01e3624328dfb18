import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig bench                    everything, half an hour or more on two cores
  $ rig bench append claims      two of them
  $ rig bench --quick --json     small sizes, in three minutes: whether it runs, not how fast
  $ rig bench append --markdown  also writes the section of docs/benchmarks.md

Brings its own Postgres and Valkey in a folder that goes with it. Exit code 0 when it was measured, whatever the aims.`;

export const addBench = (program: Command, outcome: Outcome): void => {
  program
    .command('bench')
    .description('Measure Rig beside its peers and beside bare Postgres and Valkey, in turns')
    .argument('[names...]', 'which, by name; default: all')
    .option('--json', 'print one JSON array; progress goes to standard error')
    .option('--quick', 'small sizes, one round')
    .option('--large', 'also histories of a million issues')
    .option('--rounds <n>', 'rounds that count, default 5')
    .option('--markdown', 'write the sections of docs/benchmarks.md')
    .addHelpText('after', EXAMPLES)
    .action(async (names: readonly string[], options: Record<string, unknown>) => {
      const { runBenchCommand } = await import('../bench-command.js');
      outcome.exitCode = await runBenchCommand(names, options);
    });
};
