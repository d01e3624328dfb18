import { refuse } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import type { CheckObservation } from '../github/observation.js';
import { propose, unknownPull } from './propose-on-pull.js';
import { checksOf } from './pull-state.js';

/** Later runs of a check have larger ids, so the largest id counts, whatever the order of arrival. */
const supersedes = (runId: string, known: string): boolean =>
  runId.length === known.length ? runId >= known : runId.length > known.length;

/** A check's state on a commit. Refusal STALE: a later run, or a later state of this run, is known. */
export const decideCheckObservation = (world: World, number: number, seen: CheckObservation): Decision => {
  const pull = world.pull;
  if (pull === undefined) return unknownPull(number);
  const { name, runId, state, conclusion, summary } = seen.check;
  const known = checksOf(pull, seen.headSha)[name];
  if (known !== undefined) {
    const older = !supersedes(runId, known.runId) || (runId === known.runId && state === 'pending');
    if (older && known.state !== state)
      return refuse({ code: 'STALE', message: `run ${known.runId} of ${name} is further` });
    if (known.runId === runId && known.state === state) return propose(pull, []);
    if (older) return propose(pull, []);
  }
  const data = { headSha: seen.headSha, check: name, runId };
  switch (state) {
    case 'pending':
      return propose(pull, [{ type: 'CI_STARTED', data }]);
    case 'passed':
      return propose(pull, [{ type: 'CI_PASSED', data }]);
    case 'failed':
      return propose(pull, [{ type: 'CI_FAILED', data: { ...data, conclusion: conclusion ?? 'failure', summary } }]);
  }
};
