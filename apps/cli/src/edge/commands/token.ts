import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig token issue --agent dev-e-http                    an enrolment token for an agent, 30 days
  $ rig token issue --agent dev-e-http --scope work --ttl 15m
  $ rig token issue --agent operator --scope operator     for a person's scripts

The token is a secret: it is printed once and kept nowhere.`;

export const addToken = (program: Command, outcome: Outcome): void => {
  const token = program.command('token').description('Tokens for agents and operators');
  token
    .command('issue')
    .description('Sign a token with the keys of this checkout (or RIG_KEYS_DIR)')
    .requiredOption('--agent <id>', 'whom it is for: an agent id, or operator')
    .option('--scope <scope>', 'enrol, work or operator', 'enrol')
    .option('--ttl <time>', 'how long it is good for: 15m, 12h, 30d', '30d')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { issueToken } = await import('../token-command.js');
      outcome.exitCode = await issueToken(options);
    });
};
