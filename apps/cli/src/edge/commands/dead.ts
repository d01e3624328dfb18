import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';

const LIST_EXAMPLES = `
Examples:
  $ rig dead list                        the lists, and how much lies in each
  $ rig dead list events:dispatcher      the entries of one, with the reason and the number of tries`;

const SHOW_EXAMPLES = `
Examples:
  $ rig dead show events:dispatcher 1772443800000-0`;

const REDRIVE_EXAMPLES = `
Examples:
  $ rig dead redrive events:dispatcher 1772443800000-0

The entry goes back on its stream, for its group alone. Who did it is an event in the log.`;

const DROP_EXAMPLES = `
Examples:
  $ rig dead drop events:dispatcher 1772443800000-0

The entry is gone; what it said stays in the log, with who dropped it.`;

const settling = (dead: Command, how: 'redrive' | 'drop', description: string, examples: string, outcome: Outcome) => {
  dead
    .command(how)
    .description(description)
    .argument('<list>', 'the dead list, with or without rig:dead:')
    .argument('<id>', 'the id of the entry')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
    .action(async (list: string, id: string, options: Record<string, unknown>) => {
      const { settleDead } = await import('../dead-command.js');
      outcome.exitCode = await settleDead(how, list, id, options);
    });
};

export const addDead = (program: Command, outcome: Outcome): void => {
  const dead = program.command('dead').description('Entries that went to a dead list after their last try');
  dead
    .command('list')
    .description('The dead lists, or the entries of one')
    .argument('[list]', 'the dead list, with or without rig:dead:')
    .option('--json', 'print one JSON object')
    .addHelpText('after', LIST_EXAMPLES)
    .action(async (list: string | undefined, options: Record<string, unknown>) => {
      const { listDead } = await import('../dead-command.js');
      outcome.exitCode = await listDead(list, options);
    });
  dead
    .command('show')
    .description('One entry: its stream, its tries, the reason, its payload')
    .argument('<list>', 'the dead list, with or without rig:dead:')
    .argument('<id>', 'the id of the entry')
    .option('--json', 'print one JSON object')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (list: string, id: string, options: Record<string, unknown>) => {
      const { showDead } = await import('../dead-command.js');
      outcome.exitCode = await showDead(list, id, options);
    });
  settling(dead, 'redrive', 'Put an entry back on its stream', REDRIVE_EXAMPLES, outcome);
  settling(dead, 'drop', 'Throw an entry away', DROP_EXAMPLES, outcome);
};
