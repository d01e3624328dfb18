import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig faults                 a short set with a fixed seed
  $ rig faults --all           every row, at most 40 minutes
  $ rig faults --only 4        one row; --only 2,6 several
  $ rig faults --only 14 --load-seconds 600
                               ten times the load for ten minutes
  $ rig faults --seed 7 --json another choice of moments; one JSON array

Exit code 1 if an invariant was violated. A row that cannot be run here is shown as skipped.`;

export const addFaults = (program: Command, outcome: Outcome): void => {
  program
    .command('faults')
    .description('Break a throw-away system in every way it must survive, and check that it did')
    .option('--only <rows>', 'these rows of the fault table, by number')
    .option('--all', 'every row in full')
    .option('--seed <n>', 'turns the moments and places of the faults', '1')
    .option('--jobs <n>', 'rows side by side; by default 2 in the short set, else 1')
    .option('--load-seconds <n>', 'how long row 14 lasts', '60')
    .option('--keep', 'keep the folders of the runs')
    .option('--json', 'print one JSON array; progress goes to standard error')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runFaultsCommand } = await import('../faults/faults-command.js');
      outcome.exitCode = await runFaultsCommand(options);
    });
};
