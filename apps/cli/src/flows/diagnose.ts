import { messageOf, withDeadline } from '@rig/kernel';
import type { Diagnosis, Finding } from '../core/diagnosis.js';

/** Looks at one thing and changes nothing. A look that throws counts as missing. */
export interface Probe {
  readonly name: string;
  look(): Promise<Omit<Finding, 'name'>>;
}

/** Milliseconds for one look; one that hangs must not hide the others. */
const LIMIT = 20_000;

const lookAt = async ({ name, look }: Probe): Promise<Finding> => {
  try {
    return { ...(await withDeadline(`Looking at ${name}`, LIMIT, look)), name };
  } catch (error) {
    return { name, state: 'missing', detail: messageOf(error) };
  }
};

/** Looks at everything at once and reports in the order of the probes. */
export const diagnose = async (probes: readonly Probe[]): Promise<Diagnosis> => {
  const findings = await Promise.all(probes.map(lookAt));
  return { ok: findings.every(({ state }) => state !== 'missing'), findings };
};
