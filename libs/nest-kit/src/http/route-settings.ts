import { RouteConfig } from '@nestjs/platform-fastify';

/** Largest body of an ordinary route, in bytes. */
export const DEFAULT_BODY_LIMIT = 1024 * 1024;

/** Routes that answer whatever else is refused. */
export const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

export interface RouteSettings {
  readonly rawBody?: boolean;
  readonly bodyLimit?: number;
  readonly longLived?: boolean;
}

export const settingsOf = (config: unknown): RouteSettings =>
  typeof config === 'object' && config !== null ? config : {};

/**
 * Route decorator: the handler's `@Body()` is the untouched `Buffer`, whatever its content type, so that a signature can
 * be checked over the bytes before anything parses them. Larger bodies are refused unread (413).
 * @param limit  bytes; default 1 MiB.
 */
export const RawBody = (limit: number = DEFAULT_BODY_LIMIT): MethodDecorator =>
  RouteConfig({ rawBody: true, bodyLimit: limit } satisfies RouteSettings);

/** Route decorator: another body limit than 1 MiB, in bytes. */
export const BodyLimit = (limit: number): MethodDecorator => RouteConfig({ bodyLimit: limit } satisfies RouteSettings);

/**
 * Route decorator: the response stays open (server-sent events), so it is not counted among the requests being answered.
 * The handler bounds how many there are.
 */
export const LongLived = (): MethodDecorator => RouteConfig({ longLived: true } satisfies RouteSettings);
