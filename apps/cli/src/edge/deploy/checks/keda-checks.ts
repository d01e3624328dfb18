import { systemClock } from '@rig/kernel';
import { startValkey } from '@rig/embedded';
import { createValkeyStreamBus } from '@rig/stream-bus';
import { isDeepStrictEqual } from 'node:util';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allOf, found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { ScaledJob, ScaledObject } from '../../../core/deploy/keda/objects.js';
import { nameOf, podOf, type Manifest } from '../../../core/deploy/manifest.js';
import type { RehearsalResult, Stage } from '../../../flows/deploy/rehearsal-stage.js';
import { rehearseJob } from '../../../flows/deploy/rehearse-job.js';
import { rehearseObject } from '../../../flows/deploy/rehearse-object.js';
import { createStreamStage } from '../stream-stage.js';

const KINDS = ['ScaledObject', 'ScaledJob', 'TriggerAuthentication'];
/** Addresses are the one thing in which an installation with servers of its own differs from the written example. */
const ADDRESS = /"address":"[^"]*"/g;

const specOf = (manifest: Manifest): unknown =>
  JSON.parse(JSON.stringify(manifest['spec'] ?? {}).replaceAll(ADDRESS, '"address":"valkey"'));

/** Pod templates differ in what surrounds an installation; how jobs are made must not. */
const withoutTemplate = (spec: unknown): unknown =>
  JSON.parse(
    JSON.stringify(spec, (key, value: unknown) => {
      if (key === 'template') return undefined;
      // A written job and a rendered one have limits of their own.
      return key === 'activeDeadlineSeconds' ? undefined : value;
    }),
  );

/** What a worker's container must have in both: how it is asked after, how it ends, what it may do. */
const SAME = ['startupProbe', 'livenessProbe', 'readinessProbe', 'lifecycle', 'securityContext'] as const;

/** How the worker of a written job differs from a rendered one; a variable more in the chart is none. */
const workerProblems = (written: Manifest, rendered: Manifest): readonly string[] => {
  const [own, other] = [written, rendered].map((manifest) => podOf(manifest)?.spec.containers[0]);
  if (own === undefined || other === undefined) return [];
  const names = other.env.map(({ name }) => name);
  return [
    ...SAME.filter((field) => !isDeepStrictEqual(own[field], other[field])).map((field) => `${field} differs`),
    ...own.env.filter(({ name }) => !names.includes(name)).map(({ name }) => `${name} is not set by the chart`),
  ].map((problem) => `${nameOf(written)}: ${problem}`);
};

/** What is written under keda/ is what the chart renders for an agent of that name. */
export const compareWithChart = (written: readonly Manifest[], rendered: readonly Manifest[]): CheckOutcome =>
  allOf(
    written
      .filter(({ kind }) => KINDS.includes(kind))
      .map((manifest) => {
        const other = rendered.find(
          ({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name,
        );
        if (other === undefined) return found(0, [`${nameOf(manifest)}: the chart renders none of that name`]);
        const same = isDeepStrictEqual(withoutTemplate(specOf(manifest)), withoutTemplate(specOf(other)));
        const problems = [
          ...(same ? [] : [`${nameOf(manifest)}: differs from what the chart renders`]),
          ...workerProblems(manifest, other),
        ];
        return found(problems.length === 0 ? 1 : 0, problems);
      }),
  );

type Rehearse = (stage: Stage) => Promise<RehearsalResult>;

const rehearsalOf = (manifest: Manifest): Rehearse | undefined => {
  if (manifest.kind === 'ScaledObject') return (stage) => rehearseObject(ScaledObject.parse(manifest), stage);
  if (manifest.kind === 'ScaledJob') return (stage) => rehearseJob(ScaledJob.parse(manifest), stage);
  return undefined;
};

/** Plays every scaling object that was rendered on the streams of a Valkey of its own. */
export const rehearseAll = async (
  manifests: readonly Manifest[],
  log: (line: string) => void,
): Promise<CheckOutcome> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rig-rehearsal-'));
  const valkey = await startValkey({ dataDir, log });
  const quiet = { log: (): void => undefined };
  const bus = createValkeyStreamBus({
    url: valkey.url,
    logger: quiet,
    clock: systemClock,
    connectionName: 'rehearsal',
  });
  try {
    const outcomes: CheckOutcome[] = [];
    for (const manifest of manifests) {
      const rehearse = rehearsalOf(manifest);
      if (rehearse === undefined) continue;
      const stage = await createStreamStage(bus, manifest.metadata.name);
      const { proven, findings } = await rehearse(stage).finally(() => stage.close());
      outcomes.push(
        found(
          proven.length,
          findings.map((finding) => `${nameOf(manifest)}: ${finding}`),
        ),
      );
    }
    return allOf(outcomes);
  } finally {
    await bus.close();
    await valkey.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
