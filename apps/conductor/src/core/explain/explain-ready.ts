import { isoAfter } from '@rig/kernel';
import { retryDelay } from '@rig/policy';
import { agentAnswers, remedies, whyUnassigned } from './agents.js';
import { after, lastOf } from './history.js';
import { becauseOf, isCounted, setbacksOf } from './setbacks.js';
import { brief, say, type Account, type ExplainInput, type Statement } from './statement.js';

/** When the next attempt at a pull request's task may begin: its failures, with the same delay as an issue's. */
const pullRetryAt = (input: ExplainInput): string | undefined => {
  const counted = setbacksOf(input, 'pull').filter(isCounted);
  const last = counted.findLast(({ type }) => type === 'WORK_FAILED');
  return last && isoAfter(last.time, retryDelay(counted.filter(({ position }) => position <= last.position).length));
};

/** The pause after failed attempts. A lost attempt counts, but the pause begins with a failure. */
export const backingOff = (input: ExplainInput, at: 'issue' | 'pull'): readonly Statement[] => {
  const until = at === 'issue' ? input.issue.retryAt : pullRetryAt(input);
  if (until === null || until === undefined || until <= input.now) return [];
  const last = setbacksOf(input, at).findLast(({ type }) => type === 'WORK_FAILED');
  return [say(`the end of the pause after failed attempts, at ${until}`, last)];
};

/** What the dispatcher said last, and what was refused since. */
const lastWords = ({ history }: ExplainInput): readonly Statement[] => {
  const since = after(history, lastOf(history, ['ISSUE_APPROVED', 'ISSUE_UNBLOCKED', 'ISSUE_ASSIGNED']));
  const deferred = lastOf(since, ['ISSUE_DEFERRED']);
  const refused = lastOf(since, ['FACT_REFUSED'], ({ data }) => data.factType === 'ASSIGN_TASK');
  return [
    ...(deferred === undefined
      ? []
      : [say(`the dispatcher put it off (${deferred.data.code}): ${brief(deferred.data.message)}`, deferred)]),
    ...(refused === undefined
      ? []
      : [say(`an assignment was refused (${refused.data.code}): ${brief(refused.data.message)}`, refused)]),
  ];
};

const takenBack = ({ history }: ExplainInput): readonly Statement[] => {
  const taken = lastOf(after(history, lastOf(history, ['ATTEMPT_LOST', 'WORK_FAILED', 'ISSUE_UNBLOCKED'])), [
    'ISSUE_UNASSIGNED',
  ]);
  return taken === undefined ? [] : [say(`it was taken from ${taken.data.agent}: ${brief(taken.data.message)}`, taken)];
};

/** Released for agents, and not assigned because… */
export const explainReady = (input: ExplainInput): Account => {
  const { history, issue } = input;
  const approved = lastOf(history, ['ISSUE_APPROVED', 'ISSUE_UNBLOCKED']);
  const paused = backingOff(input, 'issue');
  const someone = agentAnswers(input, 'implement').find(({ eligible }) => eligible);
  const waits =
    paused.length > 0
      ? paused
      : someone === undefined
        ? [say('an agent that may have it')]
        : [say(`its turn (P${issue.priority}, then age): ${someone.agent} is free`)];
  return {
    where: [say(`${approved?.data.by ?? 'a person'} released it for agents; it is not assigned`, approved)],
    why: [
      ...whyUnassigned(input, 'implement', paused.length > 0),
      ...takenBack(input),
      ...lastWords(input),
      ...becauseOf(input, 'issue'),
    ],
    waitsFor: waits,
    clearedBy:
      someone === undefined
        ? remedies(input, 'implement')
        : [
            say(
              'the dispatcher, or an agent that claims: nobody has to do anything while a dispatcher is ready (`rig status`)',
            ),
          ],
    task: 'implement',
  };
};
