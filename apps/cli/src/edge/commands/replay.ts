import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig replay --verify                                      the read models against the log, row by row
  $ rig replay --at 120 acme/greeter#1                       an issue as it was at position 120
  $ rig replay --at 2026-03-02T09:30:00Z acme/greeter#1      or at a time

Exit code of --verify: 1 if a row is not what the log makes of it. Nothing is changed by either.`;

export const addReplay = (program: Command, outcome: Outcome): void => {
  program
    .command('replay')
    .description('Play the event log again: to compare the read models with it, or to see an issue as it was')
    .argument('[issue]', 'owner/repo#number, with --at')
    .option('--verify', 'build every read model from the log and compare it with the one in use')
    .option('--at <point>', 'a position of the log, or a time (ISO 8601)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (issue: string | undefined, options: Record<string, unknown>) => {
      const { replay } = await import('../replay-command.js');
      outcome.exitCode = await replay(issue, options);
    });
};
