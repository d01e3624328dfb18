import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig up                                          everything on this machine, with dev-forge as the forge
  $ RIG_POSTGRES_URL=postgres://… rig up            with a Postgres of your own (RIG_VALKEY_URL likewise)
  $ GITHUB_CONDUCTOR_APP_ID=… rig up                with GitHub; the README lists the variables

Runs until Ctrl-C, then drains and stops all. Data stays in .rig/up.`;

export const addUp = (program: Command, outcome: Outcome): void => {
  program
    .command('up')
    .description('Run the system until Ctrl-C')
    .option('--agents <n>', 'authors in a newly made rig.agents.yaml, 1 to 50', '2')
    .option('--json', 'print the addresses as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runUpCommand } = await import('../up-command.js');
      outcome.exitCode = await runUpCommand(options);
    });
};
