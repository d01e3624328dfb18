import { issueSubject } from '@rig/contracts';
import type { Proposed, World } from '../decision.js';

/** Stops the work on the world's issue for a person to look at; nothing where it stopped already. */
export const blockIssue = ({ issue }: World, code: string, message: string): Proposed[] => {
  if (issue === undefined || !issue.open || issue.block !== null || issue.mergeCommit !== null) return [];
  const data = { code, message: message.slice(0, 1_024) };
  return [{ subject: issueSubject(issue.repo, issue.number), body: { type: 'ISSUE_BLOCKED', data } }];
};
