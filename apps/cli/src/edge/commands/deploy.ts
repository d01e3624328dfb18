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

const SECRETS_EXAMPLES = `
Examples:
  $ rig deploy secrets --out secrets --postgres postgres://db.data.svc:5432/rig \\
      --valkey redis://valkey.data.svc:6379 --agent dev-e-1 --agent review-e-1

Writes a file for each key of the Secret that the chart mounts: addresses with a user and password for each service, the key
that signs agents' tokens, enrolment tokens, the webhook secret, Valkey's users (valkey.users.acl) and Postgres' roles with
their passwords (postgres.roles.sql, to be run by an administrator). Run it again to add agents: what is there is kept,
tokens are made anew.`;

const many = (value: string, before: readonly string[]): readonly string[] => [...before, value];

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
  deploy
    .command('secrets')
    .description('Make the secrets of an installation, a file for each key')
    .requiredOption('--out <folder>', 'where they go')
    .requiredOption('--postgres <url>', 'where Postgres is, without user and password')
    .requiredOption('--valkey <url>', 'where Valkey is, without user and password')
    .option('--agent <id>', 'an agent whose workers run there; may be repeated', many, [])
    .option('--ttl <time>', 'how long enrolment and operator tokens are good for', '365d')
    .addHelpText('after', SECRETS_EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runDeploySecrets } = await import('../deploy/secrets-command.js');
      outcome.exitCode = await runDeploySecrets(options);
    });
};
