import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig demo                                 one issue, with a review round and a failing check on the way
  $ rig demo --issues 50 --agents 5 --json   fifty issues, five authors, one reviewer; one JSON object
  $ rig demo --seed 7 --keep                 another story; its folder stays

Exit code 0 only if every issue is merged, none was assigned twice, none lost, and git finds the merge commits on main.
Needs nothing: it brings its own Postgres, Valkey and forge, and leaves nothing running.`;

export const addDemo = (program: Command, outcome: Outcome): void => {
  program
    .command('demo')
    .description('Take one issue (or many) from filing to merge on a throw-away system, and show it live')
    .option('--issues <n>', 'how many issues, 1 to 1000', '1')
    .option('--agents <n>', 'how many authors besides the reviewer, 1 to 50', '1')
    .option('--seed <n>', 'turns the story: which functions are asked for, which flaws are made', '1')
    .option('--timeout <seconds>', 'give up after this long (default 150, and 10 more for each issue)')
    .option('--keep', 'keep the folder of the run: logs, repositories, databases')
    .option('--json', 'print one JSON object; progress goes to standard error')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runDemoCommand } = await import('../demo-command.js');
      outcome.exitCode = await runDemoCommand(options);
    });
};
