import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig guard canary                                        through the settings of this machine, or yours
  $ rig guard canary --client codex
  $ rig guard canary --settings /etc/claude-code/managed-settings.json --json

Makes a forbidden, harmless call ("sudo -n true") as the client would, and passes only if the installed hook blocked it
and its event is in the store. It reports to the system that runs in this checkout or, where a worker's variables are
set (RIG_AGENT_ID, RIG_GATEWAY_URL, RIG_CONDUCTOR_URL, RIG_ENROLMENT_TOKEN_FILE), to that one.`;

export const addCanary = (guard: Command, outcome: Outcome): void => {
  guard
    .command('canary')
    .description('Prove that the installed hook blocks, and that the store hears of it')
    .option('--client <name>', 'claude-code, codex or gemini-cli', 'claude-code')
    .option('--settings <file>', "the client's settings (default: those of this machine, else yours)")
    .option('--agent <id>', 'in whose name (default: RIG_AGENT_ID, or the first agent of the running system)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runCanary } = await import('../guard/canary-command.js');
      outcome.exitCode = await runCanary(options);
    });
};
