import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const PAUSE_EXAMPLES = `
Examples:
  $ rig pause agent dev-e-1 --reason "looks confused"     no new task; what it does may finish
  $ rig pause repo acme/greeter                           no agent works there, nothing is merged there
  $ rig pause all --stop-running                          the emergency stop: what runs is ended too

While paused no task is given and no attempt starts. Who paused it, and why, is an event in the log.`;

const RESUME_EXAMPLES = `
Examples:
  $ rig resume agent dev-e-1
  $ rig resume repo acme/greeter
  $ rig resume all          what was paused by itself stays paused`;

export const addPause = (program: Command, outcome: Outcome): void => {
  program
    .command('pause')
    .description('Stop an agent, a repository, or everything')
    .argument('<what>', 'all, agent or repo')
    .argument('[name]', 'the agent id, or owner/name')
    .option('--stop-running', 'also take back what is being worked on, and end it')
    .option('--reason <text>', 'why; shown by rig explain')
    .option('--json', 'print one JSON object')
    .addHelpText('after', PAUSE_EXAMPLES)
    .action(async (what: string, name: string | undefined, options: Record<string, unknown>) => {
      const { steerPause } = await import('../pause-command.js');
      outcome.exitCode = await steerPause('pause', what, name, options);
    });
};

export const addResume = (program: Command, outcome: Outcome): void => {
  program
    .command('resume')
    .description('Let a paused agent, repository, or everything go on')
    .argument('<what>', 'all, agent or repo')
    .argument('[name]', 'the agent id, or owner/name')
    .option('--json', 'print one JSON object')
    .addHelpText('after', RESUME_EXAMPLES)
    .action(async (what: string, name: string | undefined, options: Record<string, unknown>) => {
      const { steerPause } = await import('../pause-command.js');
      outcome.exitCode = await steerPause('resume', what, name, options);
    });
};
