import { join } from 'node:path';
import { z } from 'zod';
import type { StageOutcome } from '../flows/run-tests.js';
import { runTool } from './run-tool.js';

/** A quarter of it on an idle machine; with neither a network nor caches npm gives up twice. */
const LIMIT_MS = 8 * 60_000;

const answerSchema = z.object({
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.enum(['passed', 'failed', 'skipped']),
      findings: z.array(z.string()),
      skipped: z.string().optional(),
    }),
  ),
});
type Checks = z.infer<typeof answerSchema>['checks'];

const linesOf = (checks: Checks): readonly string[] =>
  checks.flatMap(({ check, status, skipped, findings }) => [
    `${status.padEnd(8)} ${check}${skipped === undefined ? '' : `: ${skipped}`}`,
    ...findings.map((finding) => `         ${finding}`),
  ]);

/**
 * `rig deploy check` as a stage of `rig test`. A skipped check counts as neither passed nor failed; it stands in the
 * table's note, so that a green run does not hide it.
 */
export const deployStage = async ({ root, signal }: { root: string; signal: AbortSignal }): Promise<StageOutcome> => {
  const args = [join(root, 'apps/cli/dist/main.js'), 'deploy', 'check', '--json'];
  const end = await runTool(process.execPath, args, { cwd: root, limitMs: LIMIT_MS, capture: true, signal });
  if (end.note !== undefined || end.stdout === '') {
    return { passed: 0, failed: 1, note: end.note ?? 'the checks gave no answer' };
  }
  const { checks } = answerSchema.parse(JSON.parse(end.stdout));
  process.stdout.write(`${linesOf(checks).join('\n')}\n`);
  const count = (status: Checks[number]['status']): number => checks.filter((it) => it.status === status).length;
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ check }) => check);
  return {
    passed: count('passed'),
    failed: count('failed'),
    ...(skipped.length === 0 ? {} : { note: `skipped: ${skipped.join(', ')}` }),
  };
};
