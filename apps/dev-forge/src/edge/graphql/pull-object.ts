import { closedIssues } from '../../core/closing-keywords.js';
import { checkState, opinions, reviewDecision } from '../../core/mergeability.js';
import type { Pull, Repo, Review, ReviewComment, ReviewThread } from '../../core/model.js';
import { countedReviews } from '../../core/roles.js';
import { userOfEmail } from '../../core/payloads/commit.js';
import { nodeId } from '../../core/payloads/view.js';
import { fullName, numberKey } from '../../core/world.js';
import { ownerPerson } from '../../flows/code-owners.js';
import type { Deps } from '../../flows/deps.js';
import { mergeability, protectionOf } from '../../flows/describe-merge.js';
import { object, type Args, type GraphqlObject } from '../../flows/execute-graphql.js';
import { baseTip, issueOf, pullFacts } from '../../flows/pull-event.js';
import { actorObject, issueObject, labelObject } from './actors.js';
import { connection } from './connection.js';

const commentObject = (deps: Deps, row: ReviewComment): GraphqlObject =>
  object('PullRequestReviewComment', {
    id: nodeId('PRRC', row.id),
    databaseId: row.id,
    fullDatabaseId: String(row.id),
    body: row.body,
    path: row.path,
    line: row.line,
    originalLine: row.originalLine,
    diffHunk: row.diffHunk,
    outdated: row.line === null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    author: () => actorObject(deps, row.author),
    commit: object('Commit', { oid: row.commitId }),
    originalCommit: object('Commit', { oid: row.originalCommitId }),
  });

export const threadObject = (deps: Deps, repo: Repo, thread: ReviewThread): GraphqlObject => {
  const rows = deps.world.reviewComments.where((row) => row.threadId === thread.id);
  const [first] = rows;
  const pull = deps.world.pulls.get(numberKey(repo.id, thread.number));
  return object('PullRequestReviewThread', {
    id: nodeId('PRRT', thread.id),
    isResolved: thread.resolvedBy !== null,
    isOutdated: first?.line === null,
    isCollapsed: thread.resolvedBy !== null,
    path: thread.path,
    line: first?.line ?? null,
    originalLine: first?.originalLine ?? null,
    startLine: first?.startLine ?? null,
    diffSide: first?.side ?? 'RIGHT',
    subjectType: 'LINE',
    resolvedBy: () => (thread.resolvedBy === null ? null : actorObject(deps, thread.resolvedBy)),
    comments: (args: Args) => connection('PullRequestReviewComment', rows, args, (row) => commentObject(deps, row)),
    pullRequest: () => (pull === undefined ? null : pullObject(deps, repo, pull)),
  });
};

const reviewObject = (deps: Deps, row: Review): GraphqlObject =>
  object('PullRequestReview', {
    id: nodeId('PRR', row.id),
    databaseId: row.id,
    fullDatabaseId: String(row.id),
    state: row.state,
    body: row.body,
    submittedAt: row.submittedAt,
    author: () => actorObject(deps, row.author),
    commit: object('Commit', { oid: row.commitId }),
  });

const checksAt = ({ world }: Deps, repo: Repo, sha: string) => ({
  runs: world.checkRuns.where((row) => row.repoId === repo.id && row.headSha === sha),
  statuses: world.statuses.where((row) => row.repoId === repo.id && row.sha === sha),
});

const rollupObject = (deps: Deps, repo: Repo, sha: string): GraphqlObject | null => {
  const { runs, statuses } = checksAt(deps, repo, sha);
  const names = [...new Set([...runs.map((run) => run.name), ...statuses.map((status) => status.context)])];
  if (names.length === 0) return null;
  const states = names.map((name) => checkState(name, runs, statuses));
  const state = states.includes('failed') ? 'FAILURE' : states.includes('pending') ? 'PENDING' : 'SUCCESS';
  const contexts = [
    ...runs.map((run) =>
      object('CheckRun', {
        id: nodeId('CR', run.id),
        databaseId: run.id,
        name: run.name,
        status: run.status.toUpperCase(),
        conclusion: run.conclusion?.toUpperCase() ?? null,
        title: run.output.title,
        summary: run.output.summary,
      }),
    ),
    ...statuses.map((row) =>
      object('StatusContext', {
        id: nodeId('SC', row.id),
        context: row.context,
        state: row.state.toUpperCase(),
        description: row.description,
      }),
    ),
  ];
  return object('StatusCheckRollup', {
    state,
    contexts: (args: Args) => connection('StatusCheckRollupContext', contexts, args, (row) => row),
  });
};

const commitsOf = async (deps: Deps, repo: Repo, pull: Pull, args: Args): Promise<GraphqlObject> => {
  const log = await deps.git.log(repo, await baseTip(deps, repo, pull), pull.headSha, 250);
  return connection('PullRequestCommit', [...log].reverse(), args, (commit) =>
    object('PullRequestCommit', {
      commit: object('Commit', {
        oid: commit.sha,
        message: commit.message,
        messageHeadline: commit.message.split('\n')[0] ?? '',
        committedDate: commit.committer.date,
        author: object('GitActor', {
          name: commit.author.name,
          email: commit.author.email,
          user: () => {
            const user = userOfEmail(deps.view, commit.author.email);
            return user === undefined ? null : actorObject(deps, user.login);
          },
        }),
        statusCheckRollup: () => rollupObject(deps, repo, commit.sha),
      }),
    }),
  );
};

const linked = (deps: Deps, repo: Repo, pull: Pull, args: Args): GraphqlObject => {
  const issue = issueOf(deps, repo, pull.number);
  const rows = closedIssues(`${issue.title}\n${issue.body ?? ''}`, fullName(repo)).flatMap(
    (number) => deps.world.issues.get(numberKey(repo.id, number)) ?? [],
  );
  return connection('Issue', rows, args, (row) => issueObject(deps, repo, row));
};

const discussionFields = (deps: Deps, repo: Repo, pull: Pull): GraphqlObject['fields'] => {
  const { world } = deps;
  const here = (row: { readonly repoId: number; readonly number: number }): boolean =>
    row.repoId === repo.id && row.number === pull.number;
  const reviews = world.reviews.where((row) => here(row) && row.state !== 'PENDING');
  const { approvals } = protectionOf(repo, pull.baseRef);
  return {
    reviewDecision: reviewDecision(countedReviews(world, repo, pull.number), approvals),
    reviewThreads: (args: Args) =>
      connection('PullRequestReviewThread', world.threads.where(here), args, (row) => threadObject(deps, repo, row)),
    reviews: (args: Args) => connection('PullRequestReview', reviews, args, (row) => reviewObject(deps, row)),
    latestReviews: (args: Args) =>
      connection('PullRequestReview', [...opinions(reviews).values()], args, (row) => reviewObject(deps, row)),
    latestOpinionatedReviews: (args: Args) =>
      connection('PullRequestReview', [...opinions(reviews).values()], args, (row) => reviewObject(deps, row)),
    reviewRequests: (args: Args) =>
      connection('ReviewRequest', pull.requestedReviewers, args, (login) =>
        object('ReviewRequest', {
          asCodeOwner: ownerPerson(deps, login) !== undefined,
          requestedReviewer: () => actorObject(deps, login),
        }),
      ),
    closingIssuesReferences: (args: Args) => linked(deps, repo, pull, args),
  };
};

/** A pull request as GraphQL shows it. */
export const pullObject = (deps: Deps, repo: Repo, pull: Pull): GraphqlObject => {
  const issue = issueOf(deps, repo, pull.number);
  const merge = () => mergeability(deps, repo, pull);
  const words = { true: 'MERGEABLE', false: 'CONFLICTING', null: 'UNKNOWN' } as const;
  return object('PullRequest', {
    id: nodeId('PR', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: issue.title,
    body: issue.body ?? '',
    url: `${deps.view.base}/${fullName(repo)}/pull/${pull.number}`,
    state: pull.merged ? 'MERGED' : issue.state.toUpperCase(),
    closed: issue.state === 'closed',
    merged: pull.merged,
    mergedAt: pull.mergedAt,
    mergedBy: () => (pull.mergedBy === null ? null : actorObject(deps, pull.mergedBy)),
    mergeCommit: pull.mergeCommitSha === null ? null : object('Commit', { oid: pull.mergeCommitSha }),
    isDraft: pull.draft,
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRefName: pull.baseRef,
    baseRefOid: () => baseTip(deps, repo, pull),
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    author: () => actorObject(deps, issue.author),
    mergeable: async () => words[String((await merge()).mergeable) as keyof typeof words],
    mergeStateStatus: async () => (await merge()).state.toUpperCase(),
    changedFiles: async () => (await pullFacts(deps, repo, pull)).files.length,
    labels: (args: Args) => connection('Label', issue.labels, args, (name) => labelObject(deps, repo, name)),
    commits: (args: Args) => commitsOf(deps, repo, pull, args),
    statusCheckRollup: () => rollupObject(deps, repo, pull.headSha),
    ...discussionFields(deps, repo, pull),
  });
};
