import { join } from 'node:path';
import { z } from 'zod';
import type { StageOutcome } from '../flows/run-tests.js';
import { runTool } from './run-tool.js';

/** What `rig bench --json` prints of a figure. How large it is, is no matter of a test. */
const Figure = z.object({
  bench: z.string().min(1),
  name: z.string().min(1),
  value: z.number(),
  unit: z.string().min(1),
  versus: z.string().nullable(),
  versusValue: z.number().nullable(),
  ratio: z.number().nullable(),
  aim: z.string().nullable(),
  met: z.boolean().nullable(),
  how: z.string().min(1),
  durability: z.string().min(1),
});

const Figures = z.array(Figure).min(1);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Runs every bench in its small size and looks at the form of what it prints; each bench counts. */
export const benchStage = async (root: string, signal: AbortSignal): Promise<StageOutcome> => {
  const args = [join(root, 'bench/dist/main.js'), '--quick', '--json'];
  const end = await runTool(process.execPath, args, { cwd: root, limitMs: 6 * 60_000, capture: true, signal });
  const found = Figures.safeParse(parseJson(end.stdout));
  if (end.code !== 0 || !found.success) {
    return {
      passed: 0,
      failed: 1,
      note: end.note ?? `rig bench ended with exit code ${end.code}, or without its JSON`,
    };
  }
  return { passed: new Set(found.data.map(({ bench }) => bench)).size, failed: 0 };
};
