import { createParamDecorator, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext, InjectionToken, Type } from '@nestjs/common';
import type { Refusal, Result } from '@rig/kernel';
import type { FastifyRequest } from 'fastify';
import { ProblemException } from './problem.js';

/** Who called: an agent's id or `operator`, and what it may do. */
export interface Principal {
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** What a guard needs of a token verifier; libs/agent-kit makes one. */
export interface AccessVerifier {
  verify(token: string): Result<Principal, Refusal> | Promise<Result<Principal, Refusal>>;
}

export interface TokenOptions {
  /** Name of a cookie that may carry the token instead of the header; for people's browsers. */
  readonly cookie?: string;
}

type AuthorisedRequest = FastifyRequest & { principal?: Principal };

const unauthorised = (code: string, detail: string, fix: string): ProblemException =>
  new ProblemException({ status: 401, code, detail, fix, headers: { 'www-authenticate': 'Bearer' } });

const cookieValue = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** A browser sends cookies along with what other sites make it send; only reading, or our own pages, may use one. */
const mayUseCookie = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' || method === 'HEAD' || headers['sec-fetch-site'] === 'same-origin';

const tokenOf = (request: FastifyRequest, options: TokenOptions): string => {
  const header = request.headers.authorization;
  const bearer = header === undefined ? undefined : /^Bearer ([\w.~+/=-]{1,8192})$/i.exec(header)?.[1];
  const cookie = options.cookie !== undefined && mayUseCookie(request) ? options.cookie : undefined;
  const token = bearer ?? (cookie === undefined ? undefined : cookieValue(request.headers.cookie, cookie));
  if (token !== undefined && token !== '') return token;
  throw unauthorised(
    'TOKEN_MISSING',
    'The request carries no token.',
    'Send the header Authorization: Bearer <token>.',
  );
};

/** A scope that a token must carry, or several of which one is enough. */
export type WantedScope = string | readonly string[];

/** Verifies the request's token and its scope; throws a 401 or 403 problem. Usable without Nest's guards. */
export const authorise = async (
  verifier: AccessVerifier,
  scope: WantedScope,
  request: FastifyRequest,
  options: TokenOptions = {},
): Promise<Principal> => {
  const verified = await verifier.verify(tokenOf(request, options));
  if (!verified.ok) {
    const { code, message, fix } = verified.refusal;
    throw unauthorised(code, message, fix ?? 'Ask for a new token.');
  }
  request.admitCaller?.(verified.value.subject);
  const wanted = typeof scope === 'string' ? [scope] : scope;
  if (wanted.some((one) => verified.value.scopes.includes(one))) return verified.value;
  throw new ProblemException({
    status: 403,
    code: 'SCOPE_MISSING',
    detail: `The token does not carry the scope ${wanted.join(' or ')}.`,
    fix: `Use a token with the scope ${wanted.join(' or ')}.`,
  });
};

/** A guard that lets only tokens with `scope` through; the caller is then available through `@Caller()`. */
export const requireToken = (
  verifier: AccessVerifier,
  scope: WantedScope,
  options: TokenOptions = {},
): CanActivate => ({
  canActivate: async (context: ExecutionContext): Promise<boolean> => {
    const request = context.switchToHttp().getRequest<AuthorisedRequest>();
    request.principal = await authorise(verifier, scope, request, options);
    return true;
  },
});

/**
 * The same as a class for `@UseGuards(…)`, with the verifier injected under `verifierToken`:
 * `const WorkGuard = tokenGuard(TOKEN_VERIFIER, 'work')`.
 */
export const tokenGuard = (
  verifierToken: InjectionToken,
  scope: WantedScope,
  options: TokenOptions = {},
): Type<CanActivate> => {
  @Injectable()
  class TokenGuard implements CanActivate {
    private readonly guard: CanActivate;

    constructor(@Inject(verifierToken) verifier: AccessVerifier) {
      this.guard = requireToken(verifier, scope, options);
    }

    canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
      return this.guard.canActivate(context);
    }
  }
  return TokenGuard;
};

/** The principal that a guard found; 401 if the route has no guard. */
export const principalOf = (request: FastifyRequest): Principal => {
  const { principal } = request as AuthorisedRequest;
  if (principal !== undefined) return principal;
  throw unauthorised(
    'TOKEN_MISSING',
    'The request was not authorised.',
    'Send the header Authorization: Bearer <token>.',
  );
};

/** Handler parameter: who called. The route must have a guard made by `requireToken`. */
export const Caller = createParamDecorator((_: undefined, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
