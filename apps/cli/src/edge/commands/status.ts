import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig status
  $ rig status --json

Asks the running \`rig up\` of this checkout. Exit code 1 if a service is not ready.`;

export const addStatus = (program: Command, outcome: Outcome): void => {
  program
    .command('status')
    .description('Services, issues, pull requests and agents of the running system')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { showStatus } = await import('../status-command.js');
      outcome.exitCode = await showStatus(options);
    });
};
