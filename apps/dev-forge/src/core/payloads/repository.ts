import type { Repo } from '../model.js';
import { fullName, loginKey } from '../world.js';
import { userJson } from './user.js';
import { nodeId, type Json, type View } from './view.js';

/** Where a repository's REST resources live. */
export const repoUrl = ({ base }: View, repo: Repo): string => `${base}/repos/${fullName(repo)}`;
export const repoHtml = ({ base }: View, repo: Repo): string => `${base}/${fullName(repo)}`;

const templates = (url: string): Json => ({
  forks_url: `${url}/forks`,
  keys_url: `${url}/keys{/key_id}`,
  collaborators_url: `${url}/collaborators{/collaborator}`,
  teams_url: `${url}/teams`,
  hooks_url: `${url}/hooks`,
  issue_events_url: `${url}/issues/events{/number}`,
  events_url: `${url}/events`,
  assignees_url: `${url}/assignees{/user}`,
  branches_url: `${url}/branches{/branch}`,
  tags_url: `${url}/tags`,
  blobs_url: `${url}/git/blobs{/sha}`,
  git_tags_url: `${url}/git/tags{/sha}`,
  git_refs_url: `${url}/git/refs{/sha}`,
  trees_url: `${url}/git/trees{/sha}`,
  statuses_url: `${url}/statuses/{sha}`,
  languages_url: `${url}/languages`,
  stargazers_url: `${url}/stargazers`,
  contributors_url: `${url}/contributors`,
  subscribers_url: `${url}/subscribers`,
  subscription_url: `${url}/subscription`,
  commits_url: `${url}/commits{/sha}`,
  git_commits_url: `${url}/git/commits{/sha}`,
  comments_url: `${url}/comments{/number}`,
  issue_comment_url: `${url}/issues/comments{/number}`,
  contents_url: `${url}/contents/{+path}`,
  compare_url: `${url}/compare/{base}...{head}`,
  merges_url: `${url}/merges`,
  archive_url: `${url}/{archive_format}{/ref}`,
  downloads_url: `${url}/downloads`,
  issues_url: `${url}/issues{/number}`,
  pulls_url: `${url}/pulls{/number}`,
  milestones_url: `${url}/milestones{/number}`,
  notifications_url: `${url}/notifications{?since,all,participating}`,
  labels_url: `${url}/labels{/name}`,
  releases_url: `${url}/releases{/id}`,
  deployments_url: `${url}/deployments`,
});

const counts = (view: View, repo: Repo): Json => {
  let open = 0;
  for (const issue of view.world.issues.all()) if (issue.repoId === repo.id && issue.state === 'open') open += 1;
  return {
    stargazers_count: 0,
    watchers_count: 0,
    forks_count: 0,
    open_issues_count: open,
    forks: 0,
    open_issues: open,
    watchers: 0,
  };
};

export const repositoryJson = (view: View, repo: Repo): Json => {
  const html = repoHtml(view, repo);
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: fullName(repo),
    private: repo.private,
    owner: userJson(view, repo.owner),
    html_url: html,
    description: repo.description,
    fork: false,
    url: repoUrl(view, repo),
    ...templates(repoUrl(view, repo)),
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    pushed_at: repo.pushedAt,
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    mirror_url: null,
    archived: false,
    disabled: false,
    license: null,
    default_branch: repo.defaultBranch,
    is_template: false,
    topics: [],
    visibility: repo.private ? 'private' : 'public',
    web_commit_signoff_required: false,
    custom_properties: {},
    ...counts(view, repo),
  };
};

/** `GET /repos/{owner}/{repo}` says a little more than a webhook does. */
export const fullRepositoryJson = (view: View, repo: Repo): Json => ({
  ...repositoryJson(view, repo),
  allow_forking: false,
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: false,
  allow_auto_merge: false,
  allow_update_branch: true,
  delete_branch_on_merge: false,
  use_squash_pr_title_as_default: true,
  squash_merge_commit_title: 'PR_TITLE',
  squash_merge_commit_message: 'PR_BODY',
  network_count: 0,
  subscribers_count: 0,
  organization: view.world.users.get(loginKey(repo.owner))?.type === 'Organization' ? userJson(view, repo.owner) : null,
});

/** The three fields by which check payloads point at a repository. */
export const repositoryRef = (view: View, repo: Repo): Json => ({
  id: repo.id,
  url: repoUrl(view, repo),
  name: repo.name,
});
