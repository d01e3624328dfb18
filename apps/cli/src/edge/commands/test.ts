import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig test                       everything, in order; ends with "N passed, N failed"
  $ rig test --only unit           one stage
  $ rig test --only lint,types     several`;

export const addTest = (program: Command, outcome: Outcome): void => {
  program
    .command('test')
    .description('Run every check of this checkout')
    .option('--only <stages...>', 'only these stages, by name')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runTestCommand } = await import('../test-command.js');
      outcome.exitCode = await runTestCommand(options);
    });
};
