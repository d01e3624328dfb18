import type { Pull, Repo } from '../core/model.js';
import { userJson } from '../core/payloads/user.js';
import { numberKey } from '../core/world.js';
import { emitIssueChange } from './change-issue.js';
import type { Deps } from './deps.js';
import { issueOf } from './pull-event.js';

/** Adds reviewers, one `review_requested` for each new one; with `remove` takes them off again. */
export const createRequestReviewers =
  (deps: Deps) =>
  async (repo: Repo, pull: Pull, logins: readonly string[], sender: string, remove = false): Promise<Pull> => {
    const current = deps.world.pulls.get(numberKey(repo.id, pull.number)) ?? pull;
    const asked = current.requestedReviewers;
    const touched = logins.filter((login) => asked.includes(login) === remove);
    if (touched.length === 0) return current;
    const requestedReviewers = remove
      ? asked.filter((login) => !touched.includes(login))
      : [...new Set([...asked, ...touched])];
    const changed = deps.world.pulls.put({ ...current, requestedReviewers });
    for (const login of touched) {
      const action = remove ? 'review_request_removed' : 'review_requested';
      const extra = { requested_reviewer: userJson(deps.view, login) };
      await emitIssueChange(deps, repo, issueOf(deps, repo, pull.number), action, sender, extra);
    }
    return changed;
  };
