import { messageOf, refuse, accept, type Refusal, type Result } from '@rig/kernel';
import { closingLine, reportLines, testExitCode, type StageResult } from '../core/test-report.js';

/** What a stage answers; how long it took is measured around it. */
export type StageOutcome = Omit<StageResult, 'stage' | 'ms'>;

export interface TestStage {
  readonly name: string;
  /** One sentence, shown when the stage begins. */
  readonly about: string;
  run(): Promise<StageOutcome>;
}

export interface RunTestsOptions {
  readonly stages: readonly TestStage[];
  /** Names of the stages to run; all when absent. */
  readonly only?: readonly string[];
  /** Writes a line of output. */
  write(line: string): void;
  /** Milliseconds. */
  now(): number;
  /** Ends the run after the stage at hand, which is told by the same signal; the run counts as failed. */
  readonly signal?: AbortSignal;
}

const choose = ({ stages, only }: RunTestsOptions): Result<readonly TestStage[], Refusal> => {
  if (only === undefined) return accept(stages);
  const names = stages.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return accept(stages.filter(({ name }) => only.includes(name)));
  const fix = `Choose among: ${names.join(', ')}`;
  return refuse({ code: 'UNKNOWN_STAGE', message: `There is no stage called ${unknown}`, fix });
};

const runStage = async (stage: TestStage, now: () => number): Promise<StageResult> => {
  const startedAt = now();
  const outcome = await stage.run().catch((error: unknown) => ({ passed: 0, failed: 1, note: messageOf(error) }));
  return { ...outcome, stage: stage.name, ms: now() - startedAt };
};

/**
 * Runs the stages one after another, each to its end whatever the others found, and closes with a table and the
 * plain line `N passed, N failed`. The answer is the exit code: 0 all well, 1 something failed, 2 unknown stage.
 */
export const runTests = async (options: RunTestsOptions): Promise<number> => {
  const chosen = choose(options);
  if (!chosen.ok) {
    options.write(`${chosen.refusal.message}. ${chosen.refusal.fix ?? ''}`);
    return 2;
  }
  const results: StageResult[] = [];
  for (const stage of chosen.value) {
    if (options.signal?.aborted === true) {
      results.push({ stage: stage.name, passed: 0, failed: 1, ms: 0, note: 'not run: stopped' });
      continue;
    }
    options.write(`\n── ${stage.name}: ${stage.about}`);
    const result = await runStage(stage, options.now);
    results.push(result);
    if (result.failed > 0) options.write(`✗ ${stage.name}${result.note === undefined ? '' : `: ${result.note}`}`);
  }
  options.write('');
  for (const line of reportLines(results)) options.write(line);
  options.write('');
  options.write(closingLine(results));
  return testExitCode(results);
};
