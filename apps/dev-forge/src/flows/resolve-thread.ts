import type { Repo, ReviewThread } from '../core/model.js';
import { reviewCommentJson } from '../core/payloads/review.js';
import { nodeId } from '../core/payloads/view.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { issueOf, simplePullPart } from './pull-event.js';
import { touchIssue } from './touch-issue.js';

/** Resolves a review thread, or opens it again; nothing happens if it already is so. */
export const createResolveThread =
  (deps: Deps) =>
  (repo: Repo, thread: ReviewThread, resolved: boolean, sender: string): ReviewThread => {
    if ((thread.resolvedBy !== null) === resolved) return thread;
    const changed = deps.world.threads.put({ ...thread, resolvedBy: resolved ? sender : null });
    touchIssue(deps, issueOf(deps, repo, thread.number));
    const comments = deps.world.reviewComments
      .where((row) => row.threadId === thread.id)
      .map((row) => reviewCommentJson(deps.view, repo, row));
    const parts = {
      ...simplePullPart(deps, repo, thread.number),
      thread: { node_id: nodeId('PRRT', thread.id), comments },
    };
    const action = resolved ? 'resolved' : 'unresolved';
    emitEvent(deps, { repo, event: 'pull_request_review_thread', action, sender, parts });
    return changed;
  };
