import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig deploy check                 chart, KEDA, images, Compose, alerts and dashboards, without a cluster
  $ rig deploy check --only keda     those with keda in their names
  $ rig deploy check --json          one JSON object
  $ rig deploy check --no-fetch      with the tools that are here already

Helm, promtool and amtool are fetched into the user's cache when they are not on PATH. A check whose tool cannot be had is
skipped, and says so.`;

export const addDeploy = (program: Command, outcome: Outcome): void => {
  const deploy = program.command('deploy').description('What runs Rig on Kubernetes and in Compose');
  deploy
    .command('check')
    .description('Check everything under charts/, keda/ and deploy/, the Dockerfile and docker-compose.yml')
    .option('--json', 'print one JSON object')
    .option('--only <text>', 'checks with this in their names')
    .option('--no-fetch', 'fetch no tools')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runDeployCheck } = await import('../deploy/deploy-command.js');
      outcome.exitCode = await runDeployCheck(options);
    });
};
