import { mkdir, writeFile } from 'node:fs/promises';
import { scriptedAgents } from '../../core/config-texts.js';
import type { ProcessSpec } from '../../core/process-spec.js';
import type { RunPaths } from '../../core/run-paths.js';
import type { FaultRow } from '../../flows/faults/row.js';
import { appsDir } from '../checkout.js';

/** Writes rig.agents.yaml for a row whose agents are others than those of every run. */
export const writeClaimers = async (paths: RunPaths, row: FaultRow): Promise<void> => {
  if (row.claimers === undefined) return;
  await mkdir(paths.config, { recursive: true, mode: 0o700 });
  const text = scriptedAgents({
    authors: row.authors ?? 1,
    reviewers: 1,
    reviewerSlots: row.reviewers ?? 1,
    claimers: row.claimers,
    authorScript: `${appsDir}/agent-worker/dist/scripted/author/main.js`,
    reviewerScript: `${appsDir}/agent-worker/dist/scripted/reviewer/main.js`,
  });
  await writeFile(`${paths.config}/rig.agents.yaml`, text, { mode: 0o600 });
};

export const withRowEnv = ({ env = {} }: FaultRow, spec: ProcessSpec): ProcessSpec => {
  const own = Object.entries(env).filter(([prefix]) => spec.name.startsWith(prefix));
  return { ...spec, env: Object.assign({ ...spec.env }, ...own.map(([, values]) => values)) as ProcessSpec['env'] };
};
