import { z } from 'zod';
import { createRepoApi, Ignored, type RepoApi } from './api.js';
import { createAppIdentity, type AppIdentity, type Wanted } from './app-auth.js';
import { writeComment } from './comment.js';
import { askAgain, readDeliveries } from './deliveries.js';
import type { Forge } from './forge.js';
import { createGraphql } from './graphql.js';
import { createKeep } from './keep.js';
import { readRepositories } from './installations.js';
import { readLabelledBy } from './labelled-by.js';
import { mergeSquash } from './merge.js';
import { connectionOf, type ConnectionOptions } from './options.js';
import { readPermission } from './permission.js';
import { readPullView } from './pull-view.js';
import { readChecks, readIssue, readIssues, readOpenPulls, readPull, readReviews } from './reads.js';
import { readThreads } from './threads.js';
import { createTransport } from './transport.js';

export interface ForgeOptions extends ConnectionOptions {
  /** The conductor's App. */
  readonly app: AppIdentity;
}

/** Merging needs contents; protection and rulesets are read as far as the installation lets us. */
const CONDUCTOR: Wanted = {
  needed: { metadata: 'read', contents: 'write', issues: 'write', pull_requests: 'write' },
  welcome: { checks: 'read', statuses: 'read', administration: 'read' },
};

const Repository = z.object({ default_branch: z.string().min(1) });

/** Asked for with every attempt, and changed once in a repository's life, if ever. In milliseconds. */
const BRANCH_TTL_MS = 5 * 60_000;

/**
 * The conductor's forge: every call with an installation token for the one repository it is about.
 * @throws RigError FORGE_URL_INVALID, FORGE_APP_KEY_INVALID; its methods: any FORGE_ code
 */
export const createForge = (options: ForgeOptions): Forge => {
  const transport = createTransport(connectionOf(options));
  const auth = createAppIdentity(transport, options.app);
  const { clock } = transport.connection;
  const branches = createKeep<{ readonly name: string; readonly at: number }>(
    ({ at }) => clock.now() - at < BRANCH_TTL_MS,
  );
  const on = async (repo: string): Promise<RepoApi> => {
    const credentials = await auth.onRepository(repo, CONDUCTOR);
    return createRepoApi(transport, repo, credentials, createGraphql(transport, credentials));
  };
  return {
    issue: async (repo, number) => readIssue(await on(repo), number),
    pull: async (repo, number) => readPull(await on(repo), number),
    pullView: async (repo, number) => readPullView(await on(repo), number),
    reviews: async (repo, number) => readReviews(await on(repo), number),
    threads: async (repo, number) => readThreads(await on(repo), number),
    checks: async (repo, sha) => readChecks(await on(repo), sha),
    listIssues: async (repo, since) => readIssues(await on(repo), since),
    openPulls: async (repo) => readOpenPulls(await on(repo)),
    labelledBy: async (repo, number, label) => readLabelledBy(await on(repo), number, label),
    permission: async (repo, login) => readPermission(await on(repo), login),
    defaultBranch: async (repo, how = 'now') => {
      const read = async () => ({ name: (await (await on(repo)).get('', Repository)).default_branch, at: clock.now() });
      const key = repo.toLowerCase();
      if (how === 'now') branches.forget(key);
      return (await branches.get(key, read)).name;
    },
    repositories: () => readRepositories(transport, auth),
    mergeSquash: async (repo, number, headSha, title, message) =>
      mergeSquash(await on(repo), number, headSha, title, message),
    updateBranch: async (repo, number, headSha) => {
      const api = await on(repo);
      await api.send('PUT', '/pulls/{number}/update-branch', Ignored, { number, expected_head_sha: headSha });
    },
    closeIssue: async (repo, number) => {
      const api = await on(repo);
      await api.send('PATCH', '/issues/{number}', Ignored, { number, state: 'closed', state_reason: 'completed' });
    },
    comment: async (repo, number, body, once) => writeComment(await on(repo), number, body, once),
    addLabels: async (repo, number, labels) => {
      const api = await on(repo);
      if (labels.length > 0) await api.send('POST', '/issues/{number}/labels', Ignored, { number, labels });
    },
    deliveries: (since) => readDeliveries(transport, auth.asApp, since),
    redeliver: (id) => askAgain(transport, auth.asApp, id),
    rateBudget: () => transport.rateBudget(),
  };
};
