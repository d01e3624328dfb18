import type { Issue, Label, Repo } from '../../core/model.js';
import { userJson } from '../../core/payloads/user.js';
import { nodeId } from '../../core/payloads/view.js';
import { labelKey, loginKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { object, type GraphqlObject } from '../../flows/execute-graphql.js';

/** An Actor. GraphQL writes a bot's login without its `[bot]`, as GitHub does. */
export const actorObject = (deps: Deps, login: string): GraphqlObject => {
  const user = deps.world.users.get(loginKey(login));
  const json = userJson(deps.view, login);
  return object(user?.type ?? 'User', {
    id: json['node_id'],
    databaseId: json['id'],
    login: login.replace(/\[bot\]$/, ''),
    url: json['html_url'],
    avatarUrl: json['avatar_url'],
    name: user?.name ?? null,
  });
};

export const labelObject = (deps: Deps, repo: Repo, name: string): GraphqlObject => {
  const label: Label | undefined = deps.world.labels.get(labelKey(repo.id, name));
  return object('Label', {
    id: nodeId('LA', label?.id ?? 0),
    name,
    color: label?.color ?? 'ededed',
    description: label?.description ?? null,
  });
};

export const issueObject = (deps: Deps, repo: Repo, issue: Issue): GraphqlObject =>
  object('Issue', {
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    url: `${deps.view.base}/${repo.owner}/${repo.name}/issues/${issue.number}`,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    closed: issue.state === 'closed',
    author: () => actorObject(deps, issue.author),
  });
