import { MAX_MERGE_FAILURES, type PullState } from '../pull/pull-state.js';
import { lastOf, onStream } from './history.js';
import { brief, say, type Account, type ExplainInput, type Statement } from './statement.js';

const short = (sha: string): string => sha.slice(0, 7);

const approval = ({ history }: ExplainInput, pull: PullState) =>
  lastOf(history, ['REVIEW_APPROVED'], ({ data }) => data.headSha === pull.headSha);

/** "gated because…": each check that holds, with what clears it. */
const held = (input: ExplainInput, pull: PullState): Account => {
  const answer = lastOf(input.history, ['MERGE_GATE_HELD'], ({ data }) => data.headSha === pull.headSha);
  const checks = (pull.gate?.checks ?? []).filter(({ outcome }) => outcome === 'hold');
  return {
    where: [
      say(`pull request #${pull.number} is approved, and the merge gate holds it`, approval(input, pull), answer),
    ],
    why: checks.map(({ check, reason }) => say(`${check}: ${brief(reason)}`, answer)),
    waitsFor: checks.map(({ check, clearedBy }) => say(`${check}: ${clearedBy ?? 'another evaluation'}`, answer)),
    clearedBy: [
      ...checks.map(({ check, clearedBy }) => say(whoClears(check, clearedBy, input), answer)),
      say('the conductor looks again after every change and every 10 s'),
    ],
  };
};

const whoClears = (check: string, clearedBy: string | null, { policy }: ExplainInput): string => {
  switch (check) {
    case 'required-checks':
      return `the repository's CI, or the operator: ${clearedBy ?? 'every required check passing'}`;
    case 'approval':
    case 'threads':
      return `a reviewer: ${clearedBy ?? 'a verdict'}`;
    case 'pause':
      return `the operator: ${clearedBy ?? 'rig resume'}`;
    case 'acceptance':
      return `a person: merge it on the forge (the policy says acceptance: ${policy.acceptance})`;
    case 'codeowners':
      return `a code owner: ${clearedBy ?? 'an approval'}`;
    case 'mergeable':
      return `the forge, or a person: ${clearedBy ?? 'a new commit'}`;
    default:
      // No task is given for these: an agent would not hear of it.
      return `a person: ${clearedBy ?? 'a new commit'}`;
  }
};

const merging = (input: ExplainInput, pull: PullState): Account => {
  const requested = lastOf(input.history, ['MERGE_REQUESTED']);
  const passed = lastOf(input.history, ['MERGE_GATE_PASSED']);
  return {
    where: [say(`the merge of ${short(pull.headSha)} was requested and is not answered yet`, requested)],
    why: [say('every check of the gate passed', passed)],
    waitsFor: [say('the forge: the merge, or its refusal', requested)],
    clearedBy: [say('the conductor: a merge without an answer is looked up and asked for again')],
  };
};

const refusals = ({ history }: ExplainInput): readonly Statement[] => {
  const failed = lastOf(onStream(history, 'pull'), ['MERGE_FAILED']);
  return failed === undefined
    ? []
    : [say(`the last merge was refused (${failed.data.code}): ${brief(failed.data.message)}`, failed)];
};

/** An approved head: before the gate, held by it, or being merged. */
export const explainGate = (input: ExplainInput, pull: PullState): Account => {
  if (pull.merging !== null) return merging(input, pull);
  if (pull.mergeFailures >= MAX_MERGE_FAILURES) {
    return {
      where: [say(`pull request #${pull.number} is approved, and is not tried again`, approval(input, pull))],
      why: [say(`the forge refused ${pull.mergeFailures} merges of this head`), ...refusals(input)],
      waitsFor: [say('a person, or a new head commit')],
      clearedBy: [say('a person: merge it on the forge, or push a commit')],
    };
  }
  if (pull.gate?.headSha === pull.headSha && !pull.gate.passed) {
    const account = held(input, pull);
    return { ...account, why: [...account.why, ...refusals(input)] };
  }
  return {
    where: [
      say(
        `pull request #${pull.number} is approved; the merge gate has not answered for this head`,
        approval(input, pull),
      ),
    ],
    why: refusals(input),
    waitsFor: [say('the merge gate')],
    clearedBy: [say('the conductor: it evaluates the gate after every change and every 10 s')],
  };
};
