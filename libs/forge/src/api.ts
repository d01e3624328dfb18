import { z } from 'zod';
import { hasCode, tooMuch } from './errors.js';
import { repoParts } from './repo-parts.js';
import type { Call, Credentials, Transport } from './transport.js';

type Params = Readonly<Record<string, unknown>>;
type Method = Call<unknown>['method'];

/** Calls about one repository, on behalf of one identity. */
export interface RepoApi {
  readonly repo: string;
  readonly owner: string;
  readonly name: string;
  /** `path` goes on from `/repos/{owner}/{repo}`. */
  get<T>(path: string, schema: z.ZodType<T>, params?: Params): Promise<T>;
  /** As `get`, undefined if the forge does not have it (404, 410). */
  find<T>(path: string, schema: z.ZodType<T>, params?: Params): Promise<T | undefined>;
  /** All pages, in order. At the limit it throws FORGE_TOO_MUCH, or ends if `partial`. */
  list<T>(path: string, page: z.ZodType<readonly T[]>, params?: Params, paging?: Paging): Promise<readonly T[]>;
  send<T>(method: Method, path: string, schema: z.ZodType<T>, params?: Params): Promise<T>;
  graphql<T>(query: string, variables: Params, data: z.ZodType<T>): Promise<T>;
}

export interface Paging {
  /** Pages of 100. Default 30: GitHub itself lists at most 3 000 files of a pull request. */
  readonly maxPages?: number;
  readonly partial?: boolean;
}

export const Ignored = z.unknown();
const PAGE_SIZE = 100;
const MAX_PAGES = 30;

/** All pages of a listing; with `until` it ends with the page whose last item answers true. */
export const listAll = async <T>(
  transport: Transport,
  call: Omit<Call<readonly T[]>, 'method'>,
  { maxPages = MAX_PAGES, partial = false, until }: Paging & { readonly until?: (last: T) => boolean } = {},
): Promise<readonly T[]> => {
  const all: T[] = [];
  let params: Params = { per_page: PAGE_SIZE, ...call.params };
  for (let page = 0; page < maxPages; page += 1) {
    const { value, next } = await transport.send({ ...call, params, method: 'GET' });
    all.push(...value);
    const last = value.at(-1);
    if (next === undefined || (last !== undefined && until?.(last) === true)) return all;
    params = { ...params, ...next };
  }
  if (!partial) throw tooMuch(call.route, maxPages * PAGE_SIZE);
  transport.connection.logger.log('warn', 'a listing was cut at its limit', { route: call.route, kept: all.length });
  return all;
};

/** The one page that `find` may answer without. */
export const orUndefined = async <T>(work: () => Promise<T>, ...codes: readonly string[]): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
};
export const createRepoApi = (
  transport: Transport,
  repo: string,
  credentials: Credentials,
  graphql: RepoApi['graphql'],
): RepoApi => {
  const parts = repoParts(repo);
  const route = (path: string): string => `/repos/{owner}/{repo}${path}`;
  const send: RepoApi['send'] = async (method, path, schema, params) =>
    (await transport.send({ credentials, method, route: route(path), params: { ...params, ...parts }, schema })).value;
  const get: RepoApi['get'] = (path, schema, params) => send('GET', path, schema, params);
  return {
    repo,
    owner: parts.owner,
    name: parts.repo,
    get,
    find: (path, schema, params) => orUndefined(() => get(path, schema, params), 'FORGE_NOT_FOUND'),
    list: (path, schema, params, paging) =>
      listAll(transport, { credentials, route: route(path), params: { ...params, ...parts }, schema }, paging),
    send,
    graphql,
  };
};
