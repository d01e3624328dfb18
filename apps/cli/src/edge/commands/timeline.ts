import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig timeline acme/greeter#1
  $ rig timeline acme/greeter#1 --json`;

export const addTimeline = (program: Command, outcome: Outcome): void => {
  program
    .command('timeline')
    .description('Everything that happened to one issue, and who did it')
    .argument('<issue>', 'owner/repo#number')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (issue: string, options: Record<string, unknown>) => {
      const { showTimeline } = await import('../timeline-command.js');
      outcome.exitCode = await showTimeline(issue, options);
    });
};
