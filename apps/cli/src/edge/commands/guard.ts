import type { Command } from 'commander';
import type { Outcome } from '../outcome.js';
import { addCanary } from './guard-canary.js';

const CHECK_EXAMPLES = `
Examples:
  $ rig guard check "git push --force"                     exit code 2: blocked; 0: allowed
  $ rig guard check "rm -rf build" --workspace /code/repo
  $ rig guard check - < command.txt                        a command of several lines
  $ rig guard check --jsonl < questions.jsonl              {"cmd":…,"cwd"?,"workspace"?} a line, answered line by line

Exit code 2 also where nothing could be decided (bad options, a broken policy): nothing runs by mistake. With --jsonl the
decisions stand in the answers, and 0 means that every line was answered.

Nothing is run. Scripts that the command would run from the workspace are read and judged with it.`;

const EXPLAIN_EXAMPLES = `
Examples:
  $ rig guard explain 'bash -c "git push -f"'
  $ rig guard explain 'bash -c "git push -f"' --json | jq .facts`;

const CORPUS_EXAMPLES = `
Examples:
  $ rig guard corpus                      the published corpora, by class
  $ rig guard corpus --file mine.yaml     a list of {cmd, class, rule?}; without a rule it must be allowed

Exit code 1 if a command is decided otherwise than it should be.`;

const LIST_EXAMPLES = `
Examples:
  $ rig guard blocks                          the last 50
  $ rig guard blocks --agent dev-e-1 --since 24h
  $ rig guard blocks --rule fs.rm.root --json`;

type Action = (options: Record<string, unknown>) => Promise<void>;

const placed = (command: Command): Command =>
  command
    .option('--cwd <folder>', 'the folder it would run in (default: this one)')
    .option('--workspace <folder>', 'the folder the task may change (default: RIG_WORKSPACE, or the repository)')
    .option('--policy <file>', 'a guard.policy.yaml (default: of RIG_CONFIG_DIR, if there is one)');

const addChecks = (guard: Command, outcome: Outcome): void => {
  placed(guard.command('check'))
    .description('Would the guard let a command run?')
    .argument('[command]', 'shell text in quotes, or - for standard input')
    .option('--jsonl', 'answer questions from standard input, one JSON object a line')
    .option('--json', 'print the whole decision as JSON')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (command: string | undefined, options: Record<string, unknown>) => {
      const { checkCommand } = await import('../guard/check-command.js');
      outcome.exitCode = await checkCommand(command, options);
    });
  placed(guard.command('explain'))
    .description('How the guard comes to its decision: parse, way in, facts, rule, alternative')
    .argument('<command>', 'shell text in quotes, or - for standard input')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (command: string, options: Record<string, unknown>) => {
      const { explainGuard } = await import('../guard/explain-command.js');
      outcome.exitCode = await explainGuard(command, options);
    });
  guard
    .command('corpus')
    .description('Run the published corpora: misses and false blocks by class')
    .option('--file <file>', 'a corpus of your own instead')
    .option('--json', 'print one JSON object')
    .addHelpText('after', CORPUS_EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const { runCorpora } = await import('../guard/corpus-command.js');
      outcome.exitCode = await runCorpora(options);
    });
};

const addList = (guard: Command, name: string, description: string, action: Action): Command =>
  guard
    .command(name)
    .description(description)
    .option('--agent <id>', 'only of this agent')
    .option('--task <id>', 'only of this task')
    .option('--before <position>', 'go on where the last page ended')
    .option('--limit <n>', 'at most this many, 1 to 500', '50')
    .option('--json', 'print one JSON object')
    .addHelpText('after', LIST_EXAMPLES)
    .action(action);

const addLists = (guard: Command, outcome: Outcome): void => {
  addList(guard, 'blocks', 'What the guard refused, the newest first', async (options) => {
    const { showBlocks } = await import('../guard/reports-command.js');
    outcome.exitCode = await showBlocks(options);
  })
    .option('--rule <id>', 'only by this rule')
    .option('--since <time>', 'an ISO time, or how long ago: 15m, 24h, 7d')
    .option('--canary', "also the workers' own tests of the guard");
  addList(guard, 'spikes', 'Agents that were refused unusually often, the newest first', async (options) => {
    const { showSpikes } = await import('../guard/reports-command.js');
    outcome.exitCode = await showSpikes(options);
  });
};

export const addGuard = (program: Command, outcome: Outcome): void => {
  const guard = program.command('guard').description('The command guard: check, explain, and what it refused');
  addChecks(guard, outcome);
  addLists(guard, outcome);
  addCanary(guard, outcome);
};
