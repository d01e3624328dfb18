import { z } from 'zod';
import { diagnosisLines } from '../core/diagnosis.js';
import { runPaths } from '../core/run-paths.js';
import { diagnose } from '../flows/diagnose.js';
import { checkoutRoot, rigHome } from './checkout.js';
import { machineProbes } from './machine-probes.js';
import { serverProbes } from './server-probes.js';

const optionsSchema = z.object({ json: z.boolean().default(false) });

/** `rig doctor`: what is found, what is missing, and the one command that mends each. Exit code 1 if anything is missing. */
export const runDoctorCommand = async (raw: unknown): Promise<number> => {
  const { json } = optionsSchema.parse(raw);
  const diagnosis = await diagnose([
    ...machineProbes(checkoutRoot),
    ...serverProbes(process.env, runPaths(`${rigHome()}/up`).config),
  ]);
  const text = json ? JSON.stringify(diagnosis, null, 2) : diagnosisLines(diagnosis).join('\n');
  process.stdout.write(`${text}\n`);
  return diagnosis.ok ? 0 : 1;
};
