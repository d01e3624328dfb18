import type { Repo } from '../model.js';
import { loginKey } from '../world.js';
import { repoHtml, repositoryJson } from './repository.js';
import type { Json, View } from './view.js';

export const zeroSha = '0'.repeat(40);

export interface PushFacts {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  /** At most 2,048, oldest first. */
  readonly commits: readonly Json[];
  readonly head: Json | null;
}

/** The push event's own repository form: times in seconds, an owner with name and email. */
export const pushRepositoryJson = (view: View, repo: Repo, seconds: (time: string) => number): Json => {
  const json = repositoryJson(view, repo);
  const owner = view.world.users.get(loginKey(repo.owner));
  return {
    ...json,
    owner: { name: repo.owner, email: owner?.email ?? null, ...(json['owner'] as Json) },
    created_at: seconds(repo.createdAt),
    pushed_at: seconds(repo.pushedAt),
    stargazers: 0,
    master_branch: repo.defaultBranch,
    url: repoHtml(view, repo),
  };
};

export const pushJson = (view: View, repo: Repo, pusher: string, facts: PushFacts): Json => {
  const created = facts.before === zeroSha;
  const deleted = facts.after === zeroSha;
  const range = created ? facts.after.slice(0, 12) : `${facts.before.slice(0, 12)}...${facts.after.slice(0, 12)}`;
  return {
    ref: facts.ref,
    before: facts.before,
    after: facts.after,
    created,
    deleted,
    forced: facts.forced,
    base_ref: null,
    compare: `${repoHtml(view, repo)}/compare/${range}`,
    commits: facts.commits,
    head_commit: facts.head,
    pusher: { name: pusher, email: view.world.users.get(loginKey(pusher))?.email ?? null },
  };
};
