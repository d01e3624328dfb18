import { mkdir, rm } from 'node:fs/promises';
import { createGit } from '@rig/agent-kit';
import { z } from 'zod';
import type { ForgeHands } from '../../flows/faults/forge-hands.js';

export interface ForgeHandsOptions {
  readonly url: string;
  readonly repo: string;
  readonly token: string;
  /** A folder for clones. */
  readonly folder: string;
}

const TIMEOUT_MS = 15_000;
const ADA = { name: 'Ada', email: 'ada@people.rig.invalid' };

const Pull = z.object({
  merged: z.boolean(),
  head: z.object({ sha: z.string(), ref: z.string() }),
});
const Reviews = z.object({
  required_approving_review_count: z.int(),
  require_code_owner_reviews: z.boolean(),
  dismiss_stale_reviews: z.boolean(),
});
const Protection = z.object({ required_pull_request_reviews: Reviews.optional() });

const createCaller =
  ({ url, token }: ForgeHandsOptions) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the forge answered ${response.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

const identity = {
  GIT_AUTHOR_NAME: ADA.name,
  GIT_AUTHOR_EMAIL: ADA.email,
  GIT_COMMITTER_NAME: ADA.name,
  GIT_COMMITTER_EMAIL: ADA.email,
};

/** Ada's hands: git and the REST API, past every proxy. */
export const createForgeHands = (options: ForgeHandsOptions): ForgeHands => {
  const { url, repo, token, folder } = options;
  const call = createCaller(options);
  const git = createGit();
  const at = `/repos/${repo}`;
  let clones = 0;
  return {
    commitOnto: async (branch) => {
      const tree = `${folder}/${(clones += 1)}`;
      const remote = `${url}/${repo}.git`;
      const credentials = { url: remote, token };
      await mkdir(folder, { recursive: true });
      await git.run(['clone', '--quiet', '--branch', branch, '--', remote, tree], { cwd: folder, credentials });
      // Without a change: the head moves, and nobody has to like what is in it.
      const commit = ['commit', '--quiet', '--allow-empty', '--message', 'chore: a head that came late'];
      await git.run(commit, { cwd: tree, env: identity });
      await git.run(['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`], { cwd: tree, credentials });
      const sha = (await git.run(['rev-parse', 'HEAD'], { cwd: tree })).trim();
      await rm(tree, { recursive: true, force: true });
      return sha;
    },
    requireChecks: async (names) => {
      const path = `${at}/branches/main/protection`;
      const { required_pull_request_reviews: reviews } = Protection.parse(await call('GET', path));
      await call('PUT', path, {
        required_status_checks: { strict: false, contexts: names },
        required_pull_request_reviews: reviews ?? null,
        enforce_admins: null,
        restrictions: null,
      });
    },
    pass: async (sha, context) => void (await call('POST', `${at}/statuses/${sha}`, { state: 'success', context })),
    head: async (number) => {
      const { merged, head } = Pull.parse(await call('GET', `${at}/pulls/${number}`));
      return { merged, sha: head.sha, branch: head.ref };
    },
  };
};
