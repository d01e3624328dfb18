import { describe, expect, it } from '@jest/globals';
import { runTests, type StageOutcome, type TestStage } from './run-tests.js';

const stage = (name: string, outcome: () => StageOutcome): TestStage => ({
  name,
  about: name,
  run: async () => outcome(),
});

const run = async (
  stages: TestStage[],
  options: { only?: string[]; signal?: AbortSignal } = {},
): Promise<{ code: number; lines: string[] }> => {
  const lines: string[] = [];
  const code = await runTests({ stages, write: (line) => void lines.push(line), now: () => 0, ...options });
  return { code, lines };
};

const well = stage('lint', () => ({ passed: 3, failed: 0 }));

describe('rig test', () => {
  it('sums what the stages counted and closes with the plain line', async () => {
    const { code, lines } = await run([well, stage('unit', () => ({ passed: 40, failed: 0 }))]);
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe('43 passed, 0 failed');
  });

  it('goes on behind a failed stage, and fails', async () => {
    const { code, lines } = await run([stage('format', () => ({ passed: 0, failed: 1 })), well]);
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe('3 passed, 1 failed');
  });

  it('counts a stage that throws as one failure, with its reason', async () => {
    const broken = stage('types', () => {
      throw new Error('no compiler');
    });
    const { code, lines } = await run([broken]);
    expect(code).toBe(1);
    expect(lines).toContain('✗ types: no compiler');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  it('runs the chosen stages only and refuses an unknown one by naming all', async () => {
    const { lines } = await run([well, stage('unit', () => ({ passed: 1, failed: 0 }))], { only: ['unit'] });
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
    const wrong = await run([well], { only: ['speed'] });
    expect(wrong.code).toBe(2);
    expect(wrong.lines[0]).toContain('Choose among: lint');
  });

  it('is not well when nothing was tested, nor when it was stopped', async () => {
    expect((await run([stage('unit', () => ({ passed: 0, failed: 0 }))])).code).toBe(1);
    const stopped = await run([well], { signal: AbortSignal.abort() });
    expect(stopped.lines.at(-1)).toBe('0 passed, 1 failed');
  });
});
