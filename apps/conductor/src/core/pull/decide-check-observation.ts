import type { EventDataOf } from '@rig/contracts';
import { accept, refuse } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import type { CheckObservation } from '../github/observation.js';
import { blockIssue } from '../issue/block-issue.js';
import { propose, unknownPull } from './propose-on-pull.js';
import { checksOf, type PullState } from './pull-state.js';

/** Later runs of a check have larger ids, so the largest id counts, whatever the order of arrival. */
const supersedes = (runId: string, known: string): boolean =>
  runId.length === known.length ? runId >= known : runId.length > known.length;

/** A check that still fails after as many repairs as the policy allows is for a person to settle. */
const failing = (world: World, pull: PullState, data: EventDataOf<'CI_FAILED'>, ciRounds: number): Decision => {
  const failed = propose(pull, [{ type: 'CI_FAILED', data }]);
  const onHead = data.headSha === pull.headSha && pull.agent !== null;
  if (!failed.ok || !onHead || pull.ciRounds < ciRounds) return failed;
  const message = `${data.check} still fails after ${pull.ciRounds} repairs; ${ciRounds} are allowed`;
  return accept([...failed.value, ...blockIssue(world, 'CI_ROUNDS_EXHAUSTED', message)]);
};

/** A check's state on a commit. Refusal STALE: a later run, or a later state of this run, is known. */
export const decideCheckObservation = (
  world: World,
  number: number,
  seen: CheckObservation,
  ciRounds: number,
): Decision => {
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
      return failing(world, pull, { ...data, conclusion: conclusion ?? 'failure', summary }, ciRounds);
  }
};
