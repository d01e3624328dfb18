import { z } from 'zod';
import type { RepoApi } from './api.js';
import { tooMuch } from './errors.js';
import type { ForgeThread } from './forge.js';

const QUERY = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          path
          line
          comments(first: 1) { nodes { body author { __typename login } } }
        }
      }
    }
  }
}`;

const Author = z.object({ __typename: z.string().optional(), login: z.string() }).nullish();
const Node = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  path: z.string(),
  line: z.int().nullish(),
  comments: z.object({ nodes: z.array(z.object({ body: z.string(), author: Author })) }),
});
const Page = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
        nodes: z.array(Node),
      }),
    }),
  }),
});

const MAX_PAGES = 20;

/** GraphQL writes an App's login without `[bot]`, REST with it; Rig writes it as REST does. */
const loginOf = (author: z.infer<typeof Author>): string => {
  if (author === null || author === undefined) return 'ghost';
  return author.__typename === 'Bot' && !author.login.endsWith('[bot]') ? `${author.login}[bot]` : author.login;
};

const toThread = (node: z.infer<typeof Node>): ForgeThread => {
  const first = node.comments.nodes[0];
  return {
    id: node.id,
    resolved: node.isResolved,
    path: node.path,
    line: node.line ?? null,
    by: loginOf(first?.author),
    body: first?.body ?? '',
  };
};

/** All review threads of a pull request; a part of them would let an unresolved one slip past the gate. */
export const readThreads = async (api: RepoApi, number: number): Promise<readonly ForgeThread[]> => {
  const threads: ForgeThread[] = [];
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const variables: Record<string, unknown> = { owner: api.owner, name: api.name, number, after };
    const data: z.infer<typeof Page> = await api.graphql(QUERY, variables, Page);
    const { nodes, pageInfo } = data.repository.pullRequest.reviewThreads;
    threads.push(...nodes.map(toThread));
    if (!pageInfo.hasNextPage || typeof pageInfo.endCursor !== 'string') return threads;
    after = pageInfo.endCursor;
  }
  throw tooMuch('The list of review threads', MAX_PAGES * 100);
};
