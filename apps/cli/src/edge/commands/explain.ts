import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig explain acme/greeter#1
  $ rig explain acme/greeter#1 --json | jq '.waitingTask.agents'

Each sentence cites the positions of the events it rests on.`;

export const addExplain = (program: Command, outcome: Outcome): void => {
  program
    .command('explain')
    .description('Where an issue is, why, what it waits for, and who could clear it')
    .argument('<issue>', 'owner/repo#number')
    .option('--json', 'print one JSON object, with every clause for every agent and every check of the gate')
    .addHelpText('after', EXAMPLES)
    .action(async (issue: string, options: Record<string, unknown>) => {
      const { showExplanation } = await import('../explain-command.js');
      outcome.exitCode = await showExplanation(issue, options);
    });
};
