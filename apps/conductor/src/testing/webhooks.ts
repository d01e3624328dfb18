import type { FakeForge } from './fake-forge.js';

/** Payloads as GitHub sends them, with the fields that are read. */
const repository = {
  id: 1,
  full_name: 'acme/greeter',
  default_branch: 'main',
  name: 'greeter',
  owner: { login: 'acme' },
};
const AT = '2026-03-02T09:30:00Z';

export const issuePayload = (number: number, action: string, change: Record<string, unknown> = {}): unknown => ({
  action,
  repository,
  sender: { login: 'ada' },
  ...(action === 'labeled' ? { label: { name: 'agent-ready' } } : {}),
  issue: {
    number,
    title: `Greet by name ${number}`,
    body: 'Say hello.',
    labels: [{ name: 'agent-ready' }],
    user: { login: 'ada' },
    state: 'open',
    created_at: AT,
    updated_at: AT,
    ...change,
  },
});

/** Puts a pull request on the fake forge, ready to be merged but for its approval, and gives its webhook payload. */
export const openPull = (forge: FakeForge, number: number, issue: number, headSha: string, branch: string): unknown => {
  const body = `## Summary\nx\n\n## Test plan\ny\n\nCloses #${issue}`;
  const common = { number, title: 'feat: greet by name', body, draft: false };
  forge.pulls.set(number, {
    ...common,
    repo: 'acme/greeter',
    nodeId: `PR_${number}`,
    labels: [],
    author: 'rig-author[bot]',
    state: 'open',
    merged: false,
    mergeCommit: null,
    mergedBy: null,
    headRef: branch,
    headSha,
    baseRef: 'main',
    mergeable: true,
    changedFiles: 2,
    createdAt: AT,
    updatedAt: AT,
  });
  return {
    action: 'opened',
    number,
    repository,
    sender: { login: 'rig-author[bot]' },
    pull_request: {
      ...common,
      labels: [],
      user: { login: 'rig-author[bot]' },
      state: 'open',
      merged: false,
      merge_commit_sha: null,
      head: { ref: branch, sha: headSha, repo: { id: 1 } },
      base: { ref: 'main', sha: '0'.repeat(40), repo: { id: 1 } },
      created_at: AT,
      updated_at: AT,
    },
  };
};

export const checkPayload = (pull: number, headSha: string, conclusion: 'success' | 'failure', id = 901): unknown => ({
  action: 'completed',
  repository,
  sender: { login: 'ci[bot]' },
  check_run: {
    id,
    name: 'test',
    head_sha: headSha,
    status: 'completed',
    conclusion,
    output: { title: 't', summary: conclusion === 'failure' ? '1 of 5 tests failed' : null, text: null },
    pull_requests: [{ number: pull, base: { repo: { id: 1 } } }],
    started_at: AT,
    completed_at: AT,
  },
});

export const reviewPayload = (pull: number, headSha: string, state: string, id = 501): unknown => ({
  action: 'submitted',
  repository,
  sender: { login: 'rig-reviewer[bot]' },
  pull_request: { number: pull, head: { sha: headSha } },
  review: {
    id,
    user: { login: 'rig-reviewer[bot]' },
    state,
    commit_id: headSha,
    body: 'Looks right.',
    submitted_at: AT,
  },
});
