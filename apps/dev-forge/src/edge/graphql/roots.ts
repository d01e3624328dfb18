import { found, HttpRefusal, notFound } from '../../core/errors.js';
import type { Pull, Repo, ReviewThread } from '../../core/model.js';
import { idOfNode, nodeId } from '../../core/payloads/view.js';
import { fullName, numberKey, repoById, repoKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { object, type Args, type GraphqlObject } from '../../flows/execute-graphql.js';
import { createReplyOnDiff } from '../../flows/comment-on-diff.js';
import { issueOf, pullOf } from '../../flows/pull-event.js';
import { createResolveThread } from '../../flows/resolve-thread.js';
import { createSetDraft } from '../../flows/set-draft.js';
import { authorize, type Actor, type Need } from '../http/actor.js';
import { actorObject, issueObject } from './actors.js';
import { connection } from './connection.js';
import { pullObject, threadObject } from './pull-object.js';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const notResolved = (node: string): HttpRefusal =>
  new HttpRefusal(404, `Could not resolve to a node with the global id of '${node}'`);

const read: readonly Need[] = [['pull_requests', 'read']];
const write: readonly Need[] = [['pull_requests', 'write']];

const repositoryObject = (deps: Deps, repo: Repo): GraphqlObject => {
  const { world } = deps;
  return object('Repository', {
    id: nodeId('R', repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: fullName(repo),
    isPrivate: repo.private,
    url: `${deps.view.base}/${fullName(repo)}`,
    owner: () => actorObject(deps, repo.owner),
    defaultBranchRef: object('Ref', { name: repo.defaultBranch }),
    pullRequest: ({ number }: Args) => {
      const pull = world.pulls.get(numberKey(repo.id, Number(number)));
      if (pull === undefined) {
        throw new HttpRefusal(404, `Could not resolve to a PullRequest with the number of ${String(number)}.`);
      }
      return pullObject(deps, repo, pull);
    },
    issue: ({ number }: Args) => {
      const issue = found(world.issues.get(numberKey(repo.id, Number(number))));
      return issueObject(deps, repo, found(issue.isPull ? undefined : issue));
    },
    pullRequests: (args: Args) => {
      const states = Array.isArray(args['states'])
        ? args['states']
        : args['states'] === undefined
          ? []
          : [args['states']];
      const stateOf = (pull: Pull): string =>
        pull.merged ? 'MERGED' : issueOf(deps, repo, pull.number).state.toUpperCase();
      const rows = world.pulls.where(
        (pull) =>
          pull.repoId === repo.id &&
          (states.length === 0 || states.includes(stateOf(pull))) &&
          (args['headRefName'] === undefined || args['headRefName'] === pull.headRef),
      );
      return connection('PullRequest', rows, args, (pull) => pullObject(deps, repo, pull));
    },
  });
};

const pullOfNode = (deps: Deps, actor: Actor, node: string, needs: readonly Need[]): { repo: Repo; pull: Pull } => {
  const id = idOfNode('PR', node);
  const [pull] = deps.world.pulls.where((row) => row.id === id);
  if (pull === undefined) throw notResolved(node);
  return { repo: authorize(deps.world, actor, repoById(deps.world, pull.repoId), needs), pull };
};

const threadOfNode = (
  deps: Deps,
  actor: Actor,
  node: string,
  needs: readonly Need[],
): { repo: Repo; thread: ReviewThread } => {
  const thread = deps.world.threads.get(idOfNode('PRRT', node) ?? -1);
  if (thread === undefined) throw notResolved(node);
  return { repo: authorize(deps.world, actor, repoById(deps.world, thread.repoId), needs), thread };
};

const queryRoot = (deps: Deps, actor: Actor): GraphqlObject =>
  object('Query', {
    viewer: () => actorObject(deps, actor.login),
    repository: ({ owner, name }: Args) => {
      const repo = deps.world.repos.get(repoKey(text(owner), text(name)));
      try {
        return repositoryObject(deps, authorize(deps.world, actor, repo, [['metadata', 'read']]));
      } catch {
        const slug = `${text(owner)}/${text(name)}`;
        throw new HttpRefusal(404, `Could not resolve to a Repository with the name '${slug}'.`);
      }
    },
    node: ({ id }: Args) => {
      const node = text(id);
      if (idOfNode('PRRT', node) !== undefined) {
        const { repo, thread } = threadOfNode(deps, actor, node, read);
        return threadObject(deps, repo, thread);
      }
      const { repo, pull } = pullOfNode(deps, actor, node, read);
      return pullObject(deps, repo, pull);
    },
  });

const inputOf = ({ input }: Args): Args => {
  if (typeof input === 'object' && input !== null) return { ...input };
  throw notFound();
};

const draftMutation = (deps: Deps, actor: Actor, draft: boolean) => {
  const setDraft = createSetDraft(deps);
  return async (args: Args): Promise<GraphqlObject> => {
    const input = inputOf(args);
    const { repo, pull } = pullOfNode(deps, actor, text(input['pullRequestId']), write);
    const changed = await setDraft(repo, pull, draft, actor.login);
    return object('DraftPayload', {
      clientMutationId: input['clientMutationId'] ?? null,
      pullRequest: () => pullObject(deps, repo, pullOf(deps, repo, changed.number)),
    });
  };
};

const threadMutation = (deps: Deps, actor: Actor, resolved: boolean) => {
  const resolveThread = createResolveThread(deps);
  return (args: Args): GraphqlObject => {
    const input = inputOf(args);
    const { repo, thread } = threadOfNode(deps, actor, text(input['threadId']), write);
    const changed = resolveThread(repo, thread, resolved, actor.login);
    return object('ResolvePayload', {
      clientMutationId: input['clientMutationId'] ?? null,
      thread: () => threadObject(deps, repo, changed),
    });
  };
};

const replyMutation = (deps: Deps, actor: Actor) => {
  const reply = createReplyOnDiff(deps);
  return (args: Args): GraphqlObject => {
    const input = inputOf(args);
    const { repo, thread } = threadOfNode(deps, actor, text(input['pullRequestReviewThreadId']), write);
    const parent = found(deps.world.reviewComments.where((row) => row.threadId === thread.id)[0]);
    const row = reply(repo, pullOf(deps, repo, thread.number), parent, actor.login, text(input['body']));
    return object('ReplyPayload', {
      clientMutationId: input['clientMutationId'] ?? null,
      comment: object('PullRequestReviewComment', { id: nodeId('PRRC', row.id), databaseId: row.id, body: row.body }),
    });
  };
};

/** What GraphQL can be asked and told, for one actor. */
export const createGraphqlRoots = (deps: Deps, actor: Actor) => ({
  query: queryRoot(deps, actor),
  mutation: object('Mutation', {
    resolveReviewThread: threadMutation(deps, actor, true),
    unresolveReviewThread: threadMutation(deps, actor, false),
    addPullRequestReviewThreadReply: replyMutation(deps, actor),
    markPullRequestReadyForReview: draftMutation(deps, actor, false),
    convertPullRequestToDraft: draftMutation(deps, actor, true),
  }),
});
