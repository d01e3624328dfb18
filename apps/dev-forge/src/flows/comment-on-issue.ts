import type { Comment, Issue, Repo } from '../core/model.js';
import { commentJson, issueJson } from '../core/payloads/issue.js';
import type { Json } from '../core/payloads/view.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { issueOf } from './pull-event.js';
import { touchIssue } from './touch-issue.js';

const tell = (deps: Deps, repo: Repo, comment: Comment, action: string, sender: string, extra: Json = {}): void => {
  const parts = {
    ...extra,
    issue: issueJson(deps.view, repo, issueOf(deps, repo, comment.number)),
    comment: commentJson(deps.view, repo, comment),
  };
  emitEvent(deps, { repo, event: 'issue_comment', action, sender, parts });
};

export const createCommentOnIssue =
  (deps: Deps) =>
  (repo: Repo, issue: Issue, author: string, body: string): Comment => {
    const time = deps.time();
    const comment = deps.world.comments.put({
      id: deps.world.nextId(),
      repoId: repo.id,
      number: issue.number,
      author,
      body,
      createdAt: time,
      updatedAt: time,
    });
    touchIssue(deps, issue);
    tell(deps, repo, comment, 'created', author);
    return comment;
  };

/** `body` of null deletes the comment. */
export const createChangeComment =
  (deps: Deps) =>
  (repo: Repo, comment: Comment, body: string | null, sender: string): Comment => {
    if (body === null) {
      deps.world.comments.remove(comment.id);
      tell(deps, repo, comment, 'deleted', sender);
      return comment;
    }
    const changed = deps.world.comments.put({ ...comment, body, updatedAt: deps.time() });
    tell(deps, repo, changed, 'edited', sender, { changes: { body: { from: comment.body } } });
    return changed;
  };
