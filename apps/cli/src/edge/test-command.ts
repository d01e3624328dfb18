import { z } from 'zod';
import { runTests } from '../flows/run-tests.js';
import { checkoutRoot } from './checkout.js';
import { testStages } from './test-stages.js';

const optionsSchema = z.object({
  /** From `--only <stage>`, which may be repeated or hold several names with commas. */
  only: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => [value].flat().flatMap((names) => names.split(',')))
    .optional(),
});

/** `rig test`: exit code 0 only if every chosen stage passed; 130 when stopped by Ctrl-C. */
export const runTestCommand = async (raw: unknown): Promise<number> => {
  const { only } = optionsSchema.parse(raw);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const code = await runTests({
    stages: testStages({ root: checkoutRoot, signal: stopping.signal }),
    ...(only === undefined ? {} : { only }),
    write: (line) => void process.stdout.write(`${line}\n`),
    now: () => performance.now(),
    signal: stopping.signal,
  });
  return stopping.signal.aborted ? 130 : code;
};
