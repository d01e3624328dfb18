import type { CheckRun, CheckSuite, Commit, CommitStatus, Pull, Repo } from '../model.js';
import { commitPartJson, gitCommitJson } from './commit.js';
import { pullRef } from './pull.js';
import { repoHtml, repoUrl } from './repository.js';
import { appJson, userJson } from './user.js';
import { nodeId, type Json, type View } from './view.js';

/** Open pull requests whose head is a commit. */
export const pullsAt = ({ world }: View, repoId: number, sha: string): Pull[] =>
  world.pulls.where((pull) => pull.repoId === repoId && pull.headSha === sha && !pull.merged);

const appOrNull = (view: View, appId: number): Json | null => {
  const app = view.world.apps.get(appId);
  return app === undefined ? null : appJson(view, app);
};

export const runsOfSuite = ({ world }: View, suiteId: number): CheckRun[] =>
  world.checkRuns.where((run) => run.suiteId === suiteId);

const worst = ['action_required', 'timed_out', 'cancelled', 'failure', 'stale', 'neutral', 'skipped', 'success'];

/** A suite's state follows from its runs: completed when all are, with the worst conclusion. */
export const suiteState = (runs: readonly CheckRun[]): { status: string; conclusion: string | null } => {
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.every((run) => run.status === 'completed')) {
    const conclusions = new Set(runs.map((run) => run.conclusion));
    return { status: 'completed', conclusion: worst.find((word) => conclusions.has(word)) ?? 'neutral' };
  }
  return { status: runs.every((run) => run.status === 'queued') ? 'queued' : 'in_progress', conclusion: null };
};

export const checkSuiteJson = (view: View, repo: Repo, suite: CheckSuite): Json => ({
  id: suite.id,
  node_id: nodeId('CS', suite.id),
  head_branch: suite.headBranch,
  head_sha: suite.headSha,
  ...suiteState(runsOfSuite(view, suite.id)),
  url: `${repoUrl(view, repo)}/check-suites/${suite.id}`,
  before: suite.before,
  after: suite.headSha,
  pull_requests: pullsAt(view, repo.id, suite.headSha).map((pull) => pullRef(view, repo, pull)),
  app: appOrNull(view, suite.appId),
  created_at: suite.createdAt,
  updated_at: suite.updatedAt,
});

/** The check_suite event adds counts and the commit. */
export const checkSuiteEventJson = (view: View, repo: Repo, suite: CheckSuite, commit: Commit): Json => ({
  ...checkSuiteJson(view, repo, suite),
  latest_check_runs_count: runsOfSuite(view, suite.id).length,
  check_runs_url: `${repoUrl(view, repo)}/check-suites/${suite.id}/check-runs`,
  head_commit: gitCommitJson(commit),
});

/** With the whole suite inside (webhooks), or only its id (REST). */
export const checkRunJson = (view: View, repo: Repo, run: CheckRun, suite: 'whole' | 'id' = 'id'): Json => {
  const url = `${repoUrl(view, repo)}/check-runs/${run.id}`;
  const html = `${repoHtml(view, repo)}/runs/${run.id}`;
  const row = view.world.checkSuites.get(run.suiteId);
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    name: run.name,
    check_suite: suite === 'whole' && row !== undefined ? checkSuiteJson(view, repo, row) : { id: run.suiteId },
    app: appOrNull(view, run.appId),
    pull_requests: pullsAt(view, repo.id, run.headSha).map((pull) => pullRef(view, repo, pull)),
  };
};

export const statusJson = (view: View, repo: Repo, row: CommitStatus): Json => ({
  url: `${repoUrl(view, repo)}/statuses/${row.sha}`,
  avatar_url: `${view.base}/avatars/0`,
  id: row.id,
  node_id: nodeId('SC', row.id),
  state: row.state,
  description: row.description,
  target_url: row.targetUrl,
  context: row.context,
  created_at: row.createdAt,
  updated_at: row.createdAt,
  creator: userJson(view, row.creator),
});

/** Newest status of each context; what they come to together. */
export const combinedStatus = (rows: readonly CommitStatus[]): { state: string; latest: CommitStatus[] } => {
  const byContext = new Map<string, CommitStatus>();
  for (const row of [...rows].sort((a, b) => a.id - b.id)) byContext.set(row.context, row);
  const latest = [...byContext.values()];
  const has = (...states: string[]): boolean => latest.some((row) => states.includes(row.state));
  const state = has('error', 'failure') ? 'failure' : latest.length === 0 || has('pending') ? 'pending' : 'success';
  return { state, latest };
};

/** The status event is flat. */
export const statusEventJson = (
  view: View,
  repo: Repo,
  row: CommitStatus,
  commit: Commit,
  branches: readonly { readonly name: string; readonly sha: string }[],
): Json => ({
  id: row.id,
  sha: row.sha,
  name: `${repo.owner}/${repo.name}`,
  avatar_url: `${view.base}/avatars/0`,
  target_url: row.targetUrl,
  context: row.context,
  description: row.description,
  state: row.state,
  commit: commitPartJson(view, repo, commit),
  branches: branches.map(({ name, sha }) => ({
    name,
    commit: { sha, url: `${repoUrl(view, repo)}/commits/${sha}` },
    protected: repo.protections[name] !== undefined,
  })),
  created_at: row.createdAt,
  updated_at: row.createdAt,
});
