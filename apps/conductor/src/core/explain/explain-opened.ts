import { lastOf } from './history.js';
import { say, type Account, type ExplainInput } from './statement.js';

/** Filed, and nobody who may has said that agents may work on it. */
export const explainOpened = ({ issue, history, policy }: ExplainInput): Account => {
  const opened = lastOf(history, ['ISSUE_OPENED']);
  const withdrawn = lastOf(history, ['ISSUE_APPROVAL_WITHDRAWN']);
  const { readyLabel, approvers } = policy;
  const label = `the label ${readyLabel}`;
  const why =
    withdrawn !== undefined
      ? say(`${withdrawn.data.by} withdrew the approval`, withdrawn)
      : issue.labels.includes(readyLabel)
        ? say(`${label} is on it, but was not put there by someone with ${approvers} permission`, opened)
        : say(`${label} is not on it`, lastOf(history, ['ISSUE_OPENED', 'ISSUE_EDITED']));
  const off =
    policy.dispatch === 'off' ? [say('and even then nothing runs: the repository is set to dispatch: off')] : [];
  return {
    where: [say(`${issue.author} filed it; no agent may work on it yet`, opened)],
    why: [why, ...off],
    waitsFor: [say(`an approval: ${label}, put on it by someone with at least ${approvers} permission`)],
    clearedBy: [
      say(`a person with ${approvers} permission on ${issue.repo}: put ${label} on (take it off first if it is there)`),
    ],
  };
};
