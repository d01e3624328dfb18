import { pullSubject, type RigEventBody } from '@rig/contracts';
import { accept, canonicalJson, refuse } from '@rig/kernel';
import type { Decision, World } from '../decision.js';
import { MAX_MERGE_FAILURES } from '../pull/pull-state.js';
import type { GateVerdict } from './evaluate-gate.js';

/** Records the gate's answer, once per change, and asks for the merge when it passed. */
export const decideGate = (world: World, headSha: string, verdict: GateVerdict): Decision => {
  const pull = world.pull;
  if (pull === undefined || pull.status !== 'open') return refuse({ code: 'NOT_OPEN', message: 'nothing to merge' });
  if (pull.headSha !== headSha) return refuse({ code: 'HEAD_MOVED', message: `the head is ${pull.headSha} now` });
  if (pull.merging === headSha) return accept([]);
  if (pull.mergeFailures >= MAX_MERGE_FAILURES) {
    return refuse({ code: 'MERGE_REFUSED', message: `the forge refused ${pull.mergeFailures} merges of this head` });
  }
  const subject = pullSubject(pull.repo, pull.number);
  const checks = [...verdict.checks];
  const same =
    pull.gate?.headSha === headSha && !pull.gate.passed && canonicalJson(pull.gate.checks) === canonicalJson(checks);
  if (!verdict.passed) {
    const held: RigEventBody = { type: 'MERGE_GATE_HELD', data: { headSha, checks } };
    return accept(same ? [] : [{ subject, body: held }]);
  }
  const passed: RigEventBody = { type: 'MERGE_GATE_PASSED', data: { headSha, checks } };
  const merge: RigEventBody = { type: 'MERGE_REQUESTED', data: { headSha, title: `${pull.title} (#${pull.number})` } };
  return accept([passed, merge].map((body) => ({ subject, body })));
};
