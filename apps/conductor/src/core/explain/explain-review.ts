import type { TaskKind } from '@rig/contracts';
import { checksOf, ciStateOf, type PullState } from '../pull/pull-state.js';
import { agentAnswers, remedies, whyUnassigned } from './agents.js';
import { explainGate } from './explain-gate.js';
import { backingOff } from './explain-ready.js';
import { explainTask } from './explain-task.js';
import { allOf, lastOf } from './history.js';
import { becauseOf } from './setbacks.js';
import { brief, say, type Account, type ExplainInput, type Statement } from './statement.js';

const verdictOf = (pull: PullState, state: 'approved' | 'changes-requested') =>
  Object.values(pull.reviews).find((review) => review.state === state && review.headSha === pull.headSha);

const opened = ({ history }: ExplainInput) => lastOf(history, ['PR_OPENED']);

/** A task is wanted and nobody has it yet: "not assigned because…". */
const waitsForAgent = (input: ExplainInput, kind: TaskKind, where: Statement, cause: readonly Statement[]): Account => {
  const someone = agentAnswers(input, kind).some(({ eligible }) => eligible);
  const paused = backingOff(input, 'pull');
  return {
    where: [where],
    why: [...cause, ...whyUnassigned(input, kind, paused.length > 0), ...becauseOf(input, 'pull')],
    waitsFor: paused.length > 0 ? paused : [say(`an agent for the ${kind} task`)],
    clearedBy: someone
      ? [say('the dispatcher: nobody has to do anything while one is ready (`rig status`)')]
      : remedies(input, kind),
    task: kind,
  };
};

const forPerson = (where: Statement, why: Statement, then: string): Account => ({
  where: [where],
  why: [why],
  waitsFor: [say('a person')],
  clearedBy: [say(then)],
});

/** A fix of this kind and for this head was handed in, and no new head has been seen since. */
const fixedAlready = ({ history }: ExplainInput, pull: PullState, kind: TaskKind) =>
  lastOf(history, ['WORK_COMPLETED'], ({ data }) => {
    if (data.kind !== kind) return false;
    const given = lastOf(history, ['FIX_ASSIGNED'], (event) => event.data.taskId === data.taskId);
    return given?.data.headSha === pull.headSha;
  });

const changesWanted = (input: ExplainInput, pull: PullState): Account => {
  const asked = lastOf(input.history, ['REVIEW_CHANGES_REQUESTED'], ({ data }) => data.headSha === pull.headSha);
  const where = say(`the review of pull request #${pull.number} asked for changes`, asked);
  const rounds = allOf(input.history, ['REVIEW_CHANGES_REQUESTED']);
  if (pull.rounds > input.policy.reviewRounds) {
    const why = say(
      `${pull.rounds} rounds asked for changes, the policy allows ${input.policy.reviewRounds}`,
      ...rounds,
    );
    return forPerson(where, why, 'a person: push, dismiss the review, merge or close it');
  }
  const fixed = fixedAlready(input, pull, 'fix-review');
  if (fixed !== undefined) return awaitsHead(where, fixed.position);
  return waitsForAgent(input, 'fix-review', where, [
    say(`${asked?.data.by ?? 'the reviewer'} said: ${brief(asked?.data.body ?? '')}`, asked),
  ]);
};

const awaitsHead = (where: Statement, position: number): Account => ({
  where: [where],
  why: [{ text: 'a fix was handed in, and the commit it should have made has not been seen', positions: [position] }],
  waitsFor: [say('a new head commit')],
  clearedBy: [
    say("the forge's webhook; the conductor reads the pull request itself when it stays away"),
    say('a person: push a commit'),
  ],
});

const checkFailed = (input: ExplainInput, pull: PullState): Account => {
  const failures = allOf(input.history, ['CI_FAILED']).filter(({ data }) => data.headSha === pull.headSha);
  const where = say(`a check of pull request #${pull.number} fails`, ...failures.slice(-1));
  const fixed = fixedAlready(input, pull, 'fix-ci');
  if (fixed !== undefined) return awaitsHead(where, fixed.position);
  const cause = failures
    .slice(-5)
    .map((event) => say(`${event.data.check} failed: ${brief(event.data.summary)}`, event));
  return waitsForAgent(input, 'fix-ci', where, cause);
};

const checksPending = (input: ExplainInput, pull: PullState): Account => {
  const head = pull.headSha;
  const started = allOf(input.history, ['CI_STARTED', 'CI_PASSED']).filter(({ data }) => data.headSha === head);
  const names = Object.entries(checksOf(pull, head)).flatMap(([name, { state }]) =>
    state === 'pending' ? [name] : [],
  );
  const seen = lastOf(input.history, ['PR_OPENED', 'PR_UPDATED']);
  const what = names.length > 0 ? `${names.join(', ')} still runs` : 'no check has reported on the head commit';
  return {
    where: [say(`pull request #${pull.number} waits for its checks on ${head.slice(0, 7)}`, seen)],
    why: [say(what, ...(names.length > 0 ? started : [seen]))],
    waitsFor: [say('the checks of the head commit')],
    clearedBy: [
      say("the repository's CI"),
      ...(names.length > 0 ? [] : [say('the operator: set ci: none for a repository without checks')]),
    ],
  };
};

const needsReview = (input: ExplainInput, pull: PullState): Account => {
  const passed = lastOf(input.history, ['CI_PASSED'], ({ data }) => data.headSha === pull.headSha);
  const where = say(`pull request #${pull.number} waits for a review`, passed ?? opened(input));
  const review = lastOf(input.history, ['WORK_COMPLETED'], ({ data }) => {
    const given = lastOf(input.history, ['REVIEW_ASSIGNED'], (event) => event.data.taskId === data.taskId);
    return data.kind === 'review' && given?.data.headSha === pull.headSha;
  });
  if (review !== undefined) {
    return {
      where: [where],
      why: [say(`${review.data.agent} ended its review, and no verdict on this head has come from the forge`, review)],
      waitsFor: [say('the review on the forge')],
      clearedBy: [say("the forge's webhook; the conductor reads the reviews itself when it stays away")],
    };
  }
  if (pull.rounds > input.policy.reviewRounds) {
    const why = say(`${pull.rounds} rounds asked for changes, the policy allows ${input.policy.reviewRounds}`);
    return forPerson(where, why, 'a person: review it, or merge it');
  }
  return waitsForAgent(input, 'review', where, passed === undefined ? [] : [say('its checks passed', passed)]);
};

/** What an open pull request without a live task waits for: the same order as the dispatcher's. */
const waiting = (input: ExplainInput, pull: PullState): Account => {
  const { policy } = input;
  if (verdictOf(pull, 'changes-requested') !== undefined) return changesWanted(input, pull);
  const ci = ciStateOf(pull, pull.headSha);
  if (policy.ci === 'required' && ci === 'failed') return checkFailed(input, pull);
  if (pull.draft) {
    const where = say(`pull request #${pull.number} is a draft`, lastOf(input.history, ['PR_OPENED', 'PR_DRAFTED']));
    return forPerson(where, say('drafts are neither reviewed nor merged'), 'its author: mark it ready for review');
  }
  if (verdictOf(pull, 'approved') !== undefined) return explainGate(input, pull);
  if (policy.ci === 'required' && ci !== 'passed') return checksPending(input, pull);
  return needsReview(input, pull);
};

const causeOfTask = (input: ExplainInput, pull: PullState): readonly Statement[] => {
  if (pull.fix !== null) {
    const cause =
      pull.fix.kind === 'fix-ci'
        ? lastOf(input.history, ['CI_FAILED'])
        : lastOf(input.history, ['REVIEW_CHANGES_REQUESTED']);
    const text = pull.fix.kind === 'fix-ci' ? 'a check failed' : 'the review asked for changes';
    return [say(`${text} on pull request #${pull.number}`, cause)];
  }
  const passed = lastOf(input.history, ['CI_PASSED'], ({ data }) => data.headSha === pull.headSha);
  return [say(`pull request #${pull.number} is to be reviewed before it can be merged`, passed ?? opened(input))];
};

/** Delivered: everything between the pull request and its merge. */
export const explainReview = (input: ExplainInput): Account => {
  const { pull, issue, history } = input;
  const delivered = lastOf(history, ['WORK_COMPLETED'], ({ data }) => data.kind === 'implement');
  if (pull === undefined) {
    return {
      where: [say(`the work is done; pull request #${issue.pr ?? '?'} is not in the log yet`, delivered)],
      why: [say("the forge's webhook about it has not been decided yet", delivered)],
      waitsFor: [say('the pull request from the forge')],
      clearedBy: [say('the conductor: missed deliveries are asked for again')],
    };
  }
  if (pull.status !== 'open') {
    const end = lastOf(history, ['PR_CLOSED', 'PR_MERGED']);
    return {
      where: [say(`pull request #${pull.number} is ${pull.status}, and the issue is not done`, end)],
      why: [say(`it was ${pull.status} without ending the issue`, end)],
      waitsFor: [say('a person')],
      clearedBy: [say('a person: reopen the pull request, or close the issue')],
    };
  }
  const task = pull.fix ?? pull.review;
  if (task === null) return waiting(input, pull);
  const account = explainTask(input, task);
  return { ...account, why: [...causeOfTask(input, pull), ...account.why] };
};
