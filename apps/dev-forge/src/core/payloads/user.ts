import type { App, Installation, Repo, User } from '../model.js';
import { botLogin, loginKey } from '../world.js';
import { nodeId, type Json, type View } from './view.js';

/** A "simple user" as it stands in every payload. */
export const userJson = ({ world, base }: View, login: string): Json => {
  const user = world.users.get(loginKey(login));
  const url = `${base}/users/${encodeURIComponent(login)}`;
  return {
    login: user?.login ?? login,
    id: user?.id ?? 0,
    node_id: nodeId('U', user?.id ?? 0),
    avatar_url: `${base}/avatars/${user?.id ?? 0}`,
    gravatar_id: '',
    url,
    html_url:
      user?.type === 'Bot' ? `${base}/apps/${login.replace(/\[bot\]$/, '')}` : `${base}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user?.type ?? 'User',
    site_admin: user?.siteAdmin ?? false,
  };
};

export const userJsonOrNull = (view: View, login: string | null): Json | null =>
  login === null ? null : userJson(view, login);

export const organizationJson = ({ base }: View, org: User): Json => {
  const url = `${base}/orgs/${org.login}`;
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId('O', org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${base}/avatars/${org.id}`,
    description: '',
  };
};

export const appJson = (view: View, app: App): Json => ({
  id: app.id,
  slug: app.slug,
  client_id: app.clientId,
  node_id: nodeId('A', app.id),
  owner: userJson(view, botLogin(app.slug)),
  name: app.name,
  description: '',
  external_url: `${view.base}/apps/${app.slug}`,
  html_url: `${view.base}/apps/${app.slug}`,
  created_at: app.createdAt,
  updated_at: app.createdAt,
  permissions: app.permissions,
  events: app.events,
});

export const installationJson = (view: View, app: App, row: Installation): Json => ({
  id: row.id,
  account: userJson(view, row.owner),
  repository_selection: 'all',
  access_tokens_url: `${view.base}/app/installations/${row.id}/access_tokens`,
  repositories_url: `${view.base}/installation/repositories`,
  html_url: `${view.base}/settings/installations/${row.id}`,
  app_id: app.id,
  app_slug: app.slug,
  target_id: view.world.users.get(loginKey(row.owner))?.id ?? 0,
  target_type: view.world.users.get(loginKey(row.owner))?.type === 'User' ? 'User' : 'Organization',
  permissions: app.permissions,
  events: app.events,
  created_at: row.createdAt,
  updated_at: row.createdAt,
  single_file_name: null,
  has_multiple_single_files: false,
  single_file_paths: [],
  suspended_by: null,
  suspended_at: null,
});

/** The `installation` of a webhook. */
export const installationRef = (row: Installation): Json => ({ id: row.id, node_id: nodeId('MDIz', row.id) });

/** How strongly an author belongs to the repository. */
export const association = (repo: Repo, login: string): string => {
  if (loginKey(repo.owner) === loginKey(login)) return 'OWNER';
  const role = Object.entries(repo.collaborators).find(([name]) => loginKey(name) === loginKey(login))?.[1];
  if (role !== undefined) return 'COLLABORATOR';
  return login.endsWith('[bot]') ? 'CONTRIBUTOR' : 'NONE';
};

/** The user rows of the owner and of an App's bot carry GitHub's no-reply addresses. */
export const noReply = (id: number, login: string): string => `${id}+${login}@users.noreply.forge.invalid`;
