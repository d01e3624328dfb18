import { closedIssueOf } from '../pull/links.js';
import { hold, pass, type GateCheck } from './gate-view.js';

/** The issue that is closed must be the one the author agent was given, and still wanted. */
export const checkClosesIssue: GateCheck = ({ view, pull, issue }) => {
  const named = closedIssueOf(view.pull.body);
  if (named === null) return hold('the body closes no issue', 'a line "Closes #N" in the body');
  if (issue === undefined || issue.number !== named)
    return hold(`issue #${named} is not known`, 'naming the assigned issue');
  if (issue.pr !== pull.number) return hold(`#${named} was not assigned for this work`, 'naming the assigned issue');
  if (!issue.open) return hold(`issue #${named} is closed`, 'reopening the issue');
  if (issue.block !== null) return hold(`issue #${named} is blocked: ${issue.block.message}`, 'unblocking the issue');
  if (!issue.approved) return hold(`issue #${named} is no longer approved`, 'putting the ready label back');
  return pass(`closes #${named}`);
};
