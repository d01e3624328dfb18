import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig compose init --dev-forge     secrets and configuration for a trial with the forge that comes along
  $ rig compose init                 for GitHub: the Apps' keys and ids are yours to add
  $ rig compose check                docker-compose.yml against Compose's schema and Rig's rules

What init makes lies under .rig/compose, readable by you only; what is there is kept.`;

export const addCompose = (program: Command, outcome: Outcome): void => {
  const compose = program
    .command('compose')
    .description('Rig in containers on one machine')
    .addHelpText('after', EXAMPLES);
  compose
    .command('init')
    .description('Make the secrets and the configuration that docker-compose.yml reads')
    .option('--dev-forge', 'with the forge that comes along, and agents that need no model')
    .action(async (options: Record<string, unknown>) => {
      const { runComposeInit } = await import('../compose-command.js');
      outcome.exitCode = await runComposeInit(options);
    });
  compose
    .command('check')
    .description('Look docker-compose.yml over')
    .option('--json', 'print one JSON object')
    .action(async (options: Record<string, unknown>) => {
      const { runComposeCheck } = await import('../compose-command.js');
      outcome.exitCode = await runComposeCheck(options);
    });
};
