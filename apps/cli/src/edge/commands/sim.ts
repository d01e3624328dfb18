import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig sim --agents 100 --issues-per-day 3000 --hours 24      who waits, and for how long
  $ rig sim --agents 100 --issues-per-day 8000 --hours 24      the same agents with too much to do
  $ rig sim --agents 1000 --issues-per-day 30000 --hours 8 --json
  $ rig sim --agents 100000 --issues-per-day 2000000 --hours 1

Virtual time over the dispatcher's own board, planner and policy; nothing is started and nothing is written. How long
agents and checks take is assumed, and told with the result. The same seed gives the same result.`;

export const addSim = (program: Command, outcome: Outcome): void => {
  program
    .command('sim')
    .description('Simulate a rig of any size: waiting times, utilisation and backlog')
    .requiredOption('--agents <n>', 'agents of one slot each, 2 to 100,000')
    .requiredOption('--issues-per-day <n>', 'issues that are filed and approved in a day')
    .requiredOption('--hours <h>', 'how long, in virtual time, 0.1 to 720')
    .option('--reviewers <share>', 'share of the agents that review, default 0.25')
    .option('--repositories <n>', 'repositories, default a fifth of the agents, at most 1,000')
    .option('--appends-per-second <n>', 'events a second that the log takes, default 2,000')
    .option('--seed <n>', 'a whole number, default 1')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runSimCommand } = await import('../bench-command.js');
      outcome.exitCode = await runSimCommand(options);
    });
};
