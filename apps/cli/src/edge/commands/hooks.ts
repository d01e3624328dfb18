import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const INSTALL_EXAMPLES = `
Examples:
  $ sudo rig hooks install --client all          in an image: for everybody, by managed settings
  $ rig hooks install                            on a laptop: for you, in ~/.claude/settings.json
  $ rig hooks install --print                    what would be written, and nothing is
  $ rig hooks install --policy guard.policy.yaml

Settings that are there are kept; the guard is put before the tools that run commands or write files. Repeating it
changes nothing. docs/hooks.md tells what is written where, and what would let commands run unguarded.`;

const STATUS_EXAMPLES = `
Examples:
  $ rig hooks status            exit code 0: somebody is guarded, and nothing is wrong
  $ rig hooks status --json`;

export const addHooks = (program: Command, outcome: Outcome): void => {
  const hooks = program
    .command('hooks')
    .description("The guard's hook in agents' clients: Claude Code, Codex, Gemini CLI");
  hooks
    .command('install')
    .description('Put the guard before the tools of agents')
    .option('--client <names...>', 'claude-code, codex, gemini-cli, or all', ['claude-code'])
    .option('--managed', 'for everybody on this machine (default for root)')
    .option('--user', 'for you alone (default for everybody else)')
    .option('--kit <folder>', 'where the hook itself goes (default: /opt/rig/guard, or ~/.local/share/rig/guard)')
    .option('--policy <file>', 'a guard.policy.yaml (default: of RIG_CONFIG_DIR, if there is one)')
    .option('--node <file>', 'the Node 24 that runs the hook (default: the one that runs this)')
    .option('--print, --dry-run', 'show what would be written, and write nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', INSTALL_EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { installHooks } = await import('../hooks/install-command.js');
      outcome.exitCode = await installHooks(options);
    });
  hooks
    .command('status')
    .description('Where the guard stands, and what is wrong with it')
    .option('--client <names...>', 'only these clients')
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATUS_EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { showHooks } = await import('../hooks/status-command.js');
      outcome.exitCode = await showHooks(options);
    });
};
