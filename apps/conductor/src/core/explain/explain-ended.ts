import { lastOf } from './history.js';
import { becauseOf } from './setbacks.js';
import { brief, say, type Account, type ExplainInput } from './statement.js';

/** Stopped by the rules: a person must look. */
export const explainBlocked = (input: ExplainInput): Account => {
  const blocked = lastOf(input.history, ['ISSUE_BLOCKED']);
  const { readyLabel, approvers } = input.policy;
  const reason = blocked === undefined ? '' : ` (${blocked.data.code}): ${brief(blocked.data.message)}`;
  const again = input.issue.labels.includes(readyLabel)
    ? `take the label ${readyLabel} off and put it on again`
    : `put the label ${readyLabel} on again`;
  return {
    where: [say('it is blocked and nothing runs for it', blocked)],
    why: [say(`it was blocked${reason}`, blocked), ...becauseOf(input, 'issue'), ...becauseOf(input, 'pull')],
    waitsFor: [say('a person who has looked at it')],
    clearedBy: [
      say(`a person with ${approvers} permission: ${again}`),
      say('a person: close the issue if it is not wanted any more'),
    ],
  };
};

/** Merged, or closed without it. */
export const explainEnded = ({ issue, history, pull }: ExplainInput): Account => {
  const done = lastOf(history, ['ISSUE_DONE']);
  const nothing = { waitsFor: [], clearedBy: [] };
  if (issue.phase === 'done') {
    const merged = lastOf(history, ['PR_MERGED']);
    const open = issue.open
      ? [say('the forge has not closed the issue yet; the conductor closes it within a minute', done)]
      : [];
    return {
      ...nothing,
      where: [say(`it is done: pull request #${issue.pr ?? pull?.number ?? '?'} was merged`, merged, done)],
      why: [say(`the merge commit is ${issue.mergeCommit?.slice(0, 12) ?? 'unknown'}`, merged ?? done), ...open],
    };
  }
  const closed = lastOf(history, ['ISSUE_CLOSED']);
  const stopped = lastOf(history, ['ISSUE_UNASSIGNED'], ({ data }) => data.code === 'ISSUE_CLOSED');
  return {
    ...nothing,
    where: [say('it is closed', closed)],
    why: [
      say(`${closed?.data.by ?? 'someone'} closed it`, closed),
      ...(stopped === undefined ? [] : [say(`what ${stopped.data.agent} was doing was stopped`, stopped)]),
    ],
    clearedBy: [say('a person: reopen it; it keeps its approval')],
  };
};
