import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const CHECK_EXAMPLES = `
Examples:
  $ rig policy check rig.policy.yaml
  $ rig policy check config/rig.agents.yaml`;

const SHOW_EXAMPLES = `
Examples:
  $ rig policy show acme/greeter
  $ rig policy show acme/greeter --file rig.policy.yaml`;

export const addPolicy = (program: Command, outcome: Outcome): void => {
  const policy = program.command('policy').description('Check configuration and see what holds for a repository');
  policy
    .command('check')
    .description('Check a rig.policy.yaml or rig.agents.yaml')
    .argument('<file>', 'the file')
    .option('--json', 'print one JSON object')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (file: string, options: Record<string, unknown>) => {
      const { checkPolicy } = await import('../policy-command.js');
      outcome.exitCode = await checkPolicy(file, options);
    });
  policy
    .command('show')
    .description('The policy that holds for a repository, with every default')
    .argument('<repository>', 'owner/repo')
    .option('--file <file>', 'the policy file (default: of the running system, RIG_CONFIG_DIR, or .rig/up)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (repository: string, options: Record<string, unknown>) => {
      const { showPolicy } = await import('../policy-command.js');
      outcome.exitCode = await showPolicy(repository, options);
    });
};
