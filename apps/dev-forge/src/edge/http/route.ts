import type { z } from 'zod';
import { unprocessable } from '../../core/errors.js';
import type { Repo } from '../../core/model.js';
import { linkHeader, pageOf, slice } from '../../core/pagination.js';
import type { Actor, Need } from './actor.js';

export interface RouteContext {
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly url: URL;
}

export interface RepoContext extends RouteContext {
  readonly repo: Repo;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RouteInfo {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As Fastify writes it: `:name` for a part, `*` for the rest. */
  readonly path: string;
  /** Title of the page of GitHub's REST documentation that it follows. */
  readonly doc: string;
}

export type Route =
  | (RouteInfo & {
      readonly scope: 'app' | 'anyone';
      readonly handle: (context: RouteContext) => Answer | Promise<Answer>;
    })
  | (RouteInfo & {
      readonly scope: 'repo';
      /** Any one of them is enough. */
      readonly needs: readonly Need[];
      readonly handle: (context: RepoContext) => Answer | Promise<Answer>;
    });

type RepoHandler = (context: RepoContext) => Answer | Promise<Answer>;

/** A route below `/repos/{owner}/{repo}`. `call` is `METHOD /rest`; `needs` are words such as `issues:write`. */
export const repoRoute = (call: string, needs: string, doc: string, handle: RepoHandler): Route => {
  const [method, rest] = call.split(' ');
  return {
    method: method as RouteInfo['method'],
    path: `/repos/:owner/:repo${rest === '/' ? '' : (rest ?? '')}`,
    doc,
    scope: 'repo',
    needs: needs
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => word.split(':') as unknown as Need),
    handle,
  };
};

export const plainRoute = (
  call: string,
  scope: 'app' | 'anyone',
  doc: string,
  handle: (context: RouteContext) => Answer | Promise<Answer>,
): Route => {
  const [method, path] = call.split(' ');
  return { method: method as RouteInfo['method'], path: path ?? '/', doc, scope, handle };
};

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** One page of a list, with its Link header. */
export const paged = async <T>(
  { query, url }: RouteContext,
  rows: readonly T[],
  show: (row: T) => unknown,
  wrap: (page: unknown[], total: number) => unknown = (page) => page,
): Promise<Answer> => {
  const page = pageOf(query);
  const link = linkHeader(url, page, rows.length);
  const body = wrap(await Promise.all(slice(rows, page).map(show)), rows.length);
  return { status: 200, body, ...(link === undefined ? {} : { headers: { link } }) };
};

/** Reads a body; what does not fit is a 422 that names the field. */
export const parseBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    resource: 'Request',
    field: issue.path.join('.'),
    code: issue.code === 'invalid_type' ? 'missing_field' : 'invalid',
    message: issue.message,
  }));
  throw unprocessable(`Invalid request: ${errors[0]?.field ?? ''} ${errors[0]?.message ?? ''}`.trim(), errors);
};

export const numberParam = ({ params }: RouteContext, name: string): number => {
  const text = params[name] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
};
