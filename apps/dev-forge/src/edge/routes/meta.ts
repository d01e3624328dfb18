import type { Deps } from '../../flows/deps.js';
import type { RateLimiter } from '../http/rate-limit.js';
import { ok, plainRoute, type Route } from '../http/route.js';

export const createMetaRoutes = ({ view: { base } }: Deps, limiter: RateLimiter): Route[] => [
  plainRoute('GET /', 'anyone', 'GitHub API Root', () =>
    ok({
      current_user_url: `${base}/user`,
      rate_limit_url: `${base}/rate_limit`,
      repository_url: `${base}/repos/{owner}/{repo}`,
    }),
  ),
  plainRoute('GET /meta', 'anyone', 'Get GitHub meta information', () =>
    ok({ verifiable_password_authentication: false, installed_version: 'dev-forge' }),
  ),
  plainRoute('GET /rate_limit', 'anyone', 'Get rate limit status for the authenticated user', ({ actor }) => {
    const rate = limiter.state(actor);
    return ok({ resources: { core: rate, graphql: rate }, rate });
  }),
];
