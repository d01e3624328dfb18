import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig events                       the last 50 events
  $ rig events --after 120           all after position 120
  $ rig events --follow              and what comes, until Ctrl-C
  $ rig events --json | jq .type     one JSON object a line`;

export const addEvents = (program: Command, outcome: Outcome): void => {
  program
    .command('events')
    .description('The event log, in order')
    .option('--after <position>', 'only events after this position')
    .option('--limit <n>', 'at most this many, 1 to 100000 (without --follow)', '1000')
    .option('--follow', 'go on with what is committed from now on')
    .option('--json', 'print each event as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { showEvents } = await import('../events-command.js');
      outcome.exitCode = await showEvents(options);
    });
};
