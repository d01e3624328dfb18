import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const EXAMPLES = `
Examples:
  $ rig doctor
  $ rig doctor --json

Exit code 1 if anything that is needed is missing.`;

export const addDoctor = (program: Command, outcome: Outcome): void => {
  program
    .command('doctor')
    .description('Say what is found, what is missing, and the one command that mends it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runDoctorCommand } = await import('../doctor-command.js');
      outcome.exitCode = await runDoctorCommand(options);
    });
};
