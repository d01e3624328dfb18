import { createHash } from 'node:crypto';
import { createRepoApi, Ignored, type RepoApi } from './api.js';
import { writeComment } from './comment.js';
import { hasCode, misfit } from './errors.js';
import type { ForgePull, WorkerForge } from './forge.js';
import { createGraphql } from './graphql.js';
import { connectionOf, type ConnectionOptions } from './options.js';
import { readOpenPulls, readPull } from './reads.js';
import { readThreads } from './threads.js';
import { createTransport, type Credentials } from './transport.js';
import { toPull, toReview, WirePull, WireReview } from './wire.js';

export interface WorkerForgeOptions extends ConnectionOptions {
  /** The task's installation token. */
  readonly token: string;
}

const MARK_READY = `mutation($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;
const RESOLVE = `mutation($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

const verdicts = { approve: 'APPROVE', 'request-changes': 'REQUEST_CHANGES', comment: 'COMMENT' } as const;

type NewPull = Parameters<WorkerForge['createPull']>[1];

const findPull = async (api: RepoApi, head: string): Promise<ForgePull | undefined> =>
  (await readOpenPulls(api, head)).find((pull) => pull.headRef === head);

/** A second attempt, or one whose answer got lost, finds the pull request that the first one opened. */
const createPull = async (api: RepoApi, input: NewPull): Promise<ForgePull> => {
  try {
    return toPull(api.repo, await api.send('POST', '/pulls', WirePull, { ...input }));
  } catch (error) {
    if (!hasCode(error, 'FORGE_REFUSED', 'FORGE_UNREACHABLE')) throw error;
    const existing = await findPull(api, input.head);
    if (existing === undefined) throw error;
    return existing;
  }
};

/** The forge as a worker sees it, with its task's token and nothing else. Methods throw RigError with a FORGE_ code. */
export const createWorkerForge = (options: WorkerForgeOptions): WorkerForge => {
  const transport = createTransport(connectionOf(options));
  const credentials: Credentials = {
    identity: `token:${createHash('sha256').update(options.token).digest('hex').slice(0, 12)}`,
    authorization: async () => `token ${options.token}`,
  };
  const graphql = createGraphql(transport, credentials);
  const on = (repo: string): RepoApi => createRepoApi(transport, repo, credentials, graphql);
  return {
    createPull: async (repo, input) => createPull(on(repo), input),
    findPull: async (repo, head) => findPull(on(repo), head),
    markReady: async (id) => void (await graphql(MARK_READY, { id }, Ignored)),
    pull: async (repo, number) => readPull(on(repo), number),
    threads: async (repo, number) => readThreads(on(repo), number),
    review: async (repo, number, { headSha, verdict, body, comments }) => {
      const wire = await on(repo).send('POST', '/pulls/{number}/reviews', WireReview, {
        number,
        commit_id: headSha,
        event: verdicts[verdict],
        body,
        comments: comments.map((comment) => ({ ...comment, side: 'RIGHT' })),
      });
      const review = toReview(wire);
      if (review === undefined) throw misfit('The submitted review', 'state');
      return review;
    },
    resolveThread: async (id) => void (await graphql(RESOLVE, { id }, Ignored)),
    reply: async (repo, number, body) => writeComment(on(repo), number, body),
  };
};
