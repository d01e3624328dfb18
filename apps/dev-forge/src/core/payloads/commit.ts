import type { ChangedFile, Commit, Repo, User } from '../model.js';
import { fullName } from '../world.js';
import { repoHtml, repoUrl } from './repository.js';
import { userJson } from './user.js';
import { nodeId, type Json, type View } from './view.js';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The forge account behind a git identity: by the address, or by a no-reply address that names the login. */
export const userOfEmail = ({ world }: View, email: string): User | undefined => {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\./.exec(email)?.[1];
  for (const user of world.users.all()) {
    if (user.email.toLowerCase() === email.toLowerCase() || user.login === login) return user;
  }
  return undefined;
};

/** The commit as the check_suite event carries it. */
export const gitCommitJson = (commit: Commit): Json => ({
  id: commit.sha,
  tree_id: commit.tree,
  message: commit.message,
  timestamp: commit.committer.date,
  author: { name: commit.author.name, email: commit.author.email },
  committer: { name: commit.committer.name, email: commit.committer.email },
});

/** A commit as REST shows it. */
export const commitPartJson = (view: View, repo: Repo, commit: Commit): Json => {
  const url = `${repoUrl(view, repo)}/commits/${commit.sha}`;
  const author = userOfEmail(view, commit.author.email);
  const committer = userOfEmail(view, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(view, repo)}/git/trees/${commit.tree}` },
      url: `${repoUrl(view, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${repoHtml(view, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: author === undefined ? null : userJson(view, author.login),
    committer: committer === undefined ? null : userJson(view, committer.login),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(view, repo)}/commits/${sha}`,
      html_url: `${repoHtml(view, repo)}/commit/${sha}`,
    })),
  };
};

const person = (view: View, who: Commit['author']): Json => {
  const user = userOfEmail(view, who.email);
  return { name: who.name, email: who.email, ...(user === undefined ? {} : { username: user.login }) };
};

/** A commit as the push event carries it, with the paths it touched. */
export const pushCommitJson = (view: View, repo: Repo, commit: Commit, files: readonly ChangedFile[]): Json => ({
  id: commit.sha,
  tree_id: commit.tree,
  distinct: true,
  message: commit.message,
  timestamp: commit.committer.date,
  url: `${view.base}/${fullName(repo)}/commit/${commit.sha}`,
  author: person(view, commit.author),
  committer: person(view, commit.committer),
  added: files.filter((file) => file.status === 'added').map((file) => file.path),
  removed: files.filter((file) => file.status === 'removed').map((file) => file.path),
  modified: files.filter((file) => file.status === 'modified' || file.status === 'renamed').map((file) => file.path),
});

/** One file of a comparison or pull request. */
export const fileJson = (view: View, repo: Repo, sha: string, file: ChangedFile, patch?: string): Json => {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repoHtml(view, repo)}/blob/${sha}/${path}`,
    raw_url: `${repoHtml(view, repo)}/raw/${sha}/${path}`,
    contents_url: `${repoUrl(view, repo)}/contents/${path}?ref=${sha}`,
    ...(patch === undefined ? {} : { patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
};
