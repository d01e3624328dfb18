import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ export RIG_POSTGRES_URL_FILE=secrets/conductor.RIG_POSTGRES_URL
  $ rig log export log-2026-11-21.jsonl        while everything runs
  $ rig log restore log-2026-11-21.jsonl       into an empty database whose tables are there

Everything else that Rig keeps follows from the log. docs/operations.md has the whole way back.`;

export const addLog = (program: Command, outcome: Outcome): void => {
  const log = program
    .command('log')
    .description('Back up the event log, and restore it')
    .addHelpText('after', EXAMPLES);
  log
    .command('export')
    .description('Write the event log to a file, with a checksum')
    .argument('<file>', 'where it goes; replaced when whole')
    .action(async (file: string) => {
      const { runLogExport } = await import('../log-command.js');
      outcome.exitCode = await runLogExport(file);
    });
  log
    .command('restore')
    .description('Put a backup into an empty log')
    .argument('<file>', 'what `rig log export` wrote')
    .action(async (file: string) => {
      const { runLogRestore } = await import('../log-command.js');
      outcome.exitCode = await runLogRestore(file);
    });
};
