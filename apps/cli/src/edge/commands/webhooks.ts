import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig webhooks replay --examples
  $ rig webhooks replay --examples --json
  $ rig webhooks replay --examples --into-running    through the gateway of the running rig up

Runs on a throw-away system of its own: the payloads end up in an event log. Exit code 0 if every payload was
taken and settled: applied, or ignored with a reason.`;

export const addWebhooks = (program: Command, outcome: Outcome): void => {
  const webhooks = program.command('webhooks').description('Send recorded webhooks through the gateway');
  webhooks
    .command('replay')
    .description('Send recorded GitHub payloads, signed, and show what became of each')
    .option('--examples', 'the payloads of @octokit/webhooks-examples')
    .option('--into-running', 'use the running `rig up` instead of a throw-away system; its log keeps what it says')
    .option('--timeout <seconds>', 'wait at most this long until all are settled', '120')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { replayWebhooks } = await import('../webhooks-command.js');
      outcome.exitCode = await replayWebhooks(options);
    });
};
