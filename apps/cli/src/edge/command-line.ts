import { Command, CommanderError } from 'commander';
import { addBench } from './commands/bench.js';
import { addCompose } from './commands/compose.js';
import { addDead } from './commands/dead.js';
import { addDemo } from './commands/demo.js';
import { addDeploy } from './commands/deploy.js';
import { addDoctor } from './commands/doctor.js';
import { addFaults } from './commands/faults.js';
import { addEvents } from './commands/events.js';
import { addExplain } from './commands/explain.js';
import { addGuard } from './commands/guard.js';
import { addLog } from './commands/log.js';
import { addHooks } from './commands/hooks.js';
import { addPause, addResume } from './commands/pause.js';
import { addPolicy } from './commands/policy.js';
import { addReplay } from './commands/replay.js';
import { addSim } from './commands/sim.js';
import { addStatus } from './commands/status.js';
import { addTest } from './commands/test.js';
import { addTimeline } from './commands/timeline.js';
import { addToken } from './commands/token.js';
import { addUp } from './commands/up.js';
import { addWebhooks } from './commands/webhooks.js';
import { explainError } from './explain-error.js';
import type { Outcome } from './outcome.js';

/** Exit codes: 0 it worked, 1 it did not, 2 the command line was wrong, 130 stopped by Ctrl-C. */
const USAGE_EXIT = 2;

/** In the order in which `--help` shows them. */
const COMMANDS = [
  addUp,
  addDemo,
  addTest,
  addFaults,
  addBench,
  addSim,
  addDoctor,
  addStatus,
  addTimeline,
  addExplain,
  addEvents,
  addReplay,
  addPause,
  addResume,
  addDead,
  addGuard,
  addHooks,
  addWebhooks,
  addToken,
  addPolicy,
  addLog,
  addDeploy,
  addCompose,
] as const;

const buildProgram = (outcome: Outcome): Command => {
  const program = new Command('rig')
    .description('Rig takes an issue to a merged pull request: agents do the work, people see and steer every step.')
    .version('0.1.0', '-V, --version')
    .showHelpAfterError('(see --help)')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ rig demo                          one issue from filing to merge, watched live
  $ rig demo --issues 20 --agents 4   a crowd
  $ rig up                            the system until Ctrl-C
  $ rig status                        what runs and what waits
  $ rig explain acme/greeter#1        why an issue is where it is
  $ rig pause all --stop-running      the emergency stop`,
    );
  for (const add of COMMANDS) add(program, outcome);
  // Commander hands the override on only to commands made after it; ours are attached whole.
  const override = (command: Command): void => {
    command.exitOverride();
    for (const child of command.commands) override(child);
  };
  override(program);
  return program;
};

/** Whoever reads our output is gone (`rig events | head`): the same as being asked to stop, once. */
const endWithReader = (): void => {
  let gone = false;
  process.stdout.on('error', () => {
    if (!gone) process.kill(process.pid, 'SIGTERM');
    gone = true;
  });
};

/** Runs one command; the answer is the exit code. Errors become one line and the fix on standard error. */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  endWithReader();
  const outcome: Outcome = { exitCode: 0 };
  const program = buildProgram(outcome);
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return USAGE_EXIT;
    }
    await program.parseAsync([...args], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT;
    const { text, exitCode } = await explainError(error);
    process.stderr.write(`${text}\n`);
    return exitCode;
  }
};
