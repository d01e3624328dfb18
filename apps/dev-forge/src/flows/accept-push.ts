import type { Repo } from '../core/model.js';
import { pushCommitJson } from '../core/payloads/commit.js';
import { pushJson, pushRepositoryJson, zeroSha } from '../core/payloads/push.js';
import { numberKey, repoKey } from '../core/world.js';
import { setState } from './change-issue.js';
import type { Deps } from './deps.js';
import { emitEvent } from './emit-event.js';
import { issueOf } from './pull-event.js';
import { createSynchronizePull } from './synchronize-pull.js';

export interface RefChange {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** Commits that a push event names at most. GitHub names 2,048; the newest are enough for a development forge. */
const commitLimit = 20;

const pushParts = async (deps: Deps, repo: Repo, change: RefChange, pusher: string) => {
  const { git, view } = deps;
  const created = change.before === zeroSha;
  const deleted = change.after === zeroSha;
  const base = created ? ((await git.refs(repo)).get(`refs/heads/${repo.defaultBranch}`) ?? null) : change.before;
  const nothing = deleted || base === change.after;
  const log = nothing ? [] : await git.log(repo, base, change.after, commitLimit);
  const commits = await Promise.all(
    log.map(async (commit) => {
      const parent = commit.parents[0];
      const files = parent === undefined ? [] : await git.changedFiles(repo, parent, commit.sha);
      return pushCommitJson(view, repo, commit, files);
    }),
  );
  const forced = !created && !deleted && !(await git.isAncestor(repo, change.before, change.after));
  const facts = { ...change, forced, commits: commits.reverse(), head: commits.at(-1) ?? null };
  const repository = pushRepositoryJson(view, repo, (time) => Math.floor(Date.parse(time) / 1000));
  return { ...pushJson(view, repo, pusher, facts), repository };
};

/** What a moved branch means: a push event, new heads of pull requests, closed ones where a branch went away. */
export const createAcceptPush = (deps: Deps) => {
  const synchronize = createSynchronizePull(deps);
  return async (repo: Repo, change: RefChange, pusher: string): Promise<void> => {
    const time = deps.time();
    const current = deps.world.repos.get(repoKey(repo.owner, repo.name)) ?? repo;
    const pushed = deps.world.repos.put({ ...current, pushedAt: time, updatedAt: time });
    const parts = await pushParts(deps, pushed, change, pusher);
    emitEvent(deps, { repo: pushed, event: 'push', sender: pusher, parts });
    if (!change.ref.startsWith('refs/heads/')) return;
    const branch = change.ref.slice('refs/heads/'.length);
    const heads = deps.world.pulls.where((row) => row.repoId === repo.id && row.headRef === branch && !row.merged);
    for (const pull of heads) {
      const issue = deps.world.issues.get(numberKey(repo.id, pull.number));
      if (issue?.state !== 'open') continue;
      if (change.after === zeroSha) await setState(deps, pushed, issueOf(deps, repo, pull.number), 'closed', pusher);
      else await synchronize(pushed, pull, change.after, pusher);
    }
  };
};
