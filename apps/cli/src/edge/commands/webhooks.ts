import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig webhooks replay --examples
  $ rig webhooks replay --examples --json

Uses the running \`rig up\`, or a throw-away system if there is none. Exit code 0 if every payload was
taken and settled: applied, or ignored with a reason.`;

export const addWebhooks = (program: Command, outcome: Outcome): void => {
  const webhooks = program.command('webhooks').description('Send recorded webhooks through the gateway');
  webhooks
    .command('replay')
    .description('Send recorded GitHub payloads, signed, and show what became of each')
    .option('--examples', 'the payloads of @octokit/webhooks-examples')
    .option('--timeout <seconds>', 'wait at most this long until all are settled', '120')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { replayWebhooks } = await import('../webhooks-command.js');
      outcome.exitCode = await replayWebhooks(options);
    });
};
