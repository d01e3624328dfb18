import type { Pull, Repo } from '../core/model.js';
import { emitIssueChange } from './change-issue.js';
import { ownersToAsk } from './code-owners.js';
import type { Deps } from './deps.js';
import { issueOf } from './pull-event.js';
import { createRequestReviewers } from './request-reviewers.js';
import { touchIssue } from './touch-issue.js';

/** Draft to ready and back; becoming ready asks the code owners. */
export const createSetDraft = (deps: Deps) => {
  const requestReviewers = createRequestReviewers(deps);
  return async (repo: Repo, pull: Pull, draft: boolean, sender: string): Promise<Pull> => {
    if (pull.draft === draft) return pull;
    const changed = deps.world.pulls.put({ ...pull, draft });
    const issue = touchIssue(deps, issueOf(deps, repo, pull.number));
    await emitIssueChange(deps, repo, issue, draft ? 'converted_to_draft' : 'ready_for_review', sender);
    return draft ? changed : requestReviewers(repo, changed, await ownersToAsk(deps, repo, changed), sender);
  };
};
