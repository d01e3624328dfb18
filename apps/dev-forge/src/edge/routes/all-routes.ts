import type { Deps } from '../../flows/deps.js';
import type { RateLimiter } from '../http/rate-limit.js';
import type { Route } from '../http/route.js';
import { createAppRoutes } from './apps.js';
import { createBranchRoutes } from './branches.js';
import { createCheckRoutes } from './checks.js';
import { createContentRoutes } from './contents.js';
import { createDeliveryRoutes } from './deliveries.js';
import { createIssueCommentRoutes } from './issue-comments.js';
import { createIssueRoutes } from './issues.js';
import { createLabelRoutes } from './labels.js';
import { createMetaRoutes } from './meta.js';
import { createPullRoutes } from './pulls.js';
import { createRepoRoutes } from './repos.js';
import { createReviewCommentRoutes } from './review-comments.js';
import { createReviewRoutes } from './reviews.js';
import { createStatusRoutes } from './statuses.js';

/** Every REST route that the forge has. */
export const createAllRoutes = (deps: Deps, limiter: RateLimiter): Route[] => [
  ...createMetaRoutes(deps, limiter),
  ...createAppRoutes(deps),
  ...createDeliveryRoutes(deps),
  ...createRepoRoutes(deps),
  ...createContentRoutes(deps),
  ...createBranchRoutes(deps),
  ...createIssueRoutes(deps),
  ...createIssueCommentRoutes(deps),
  ...createLabelRoutes(deps),
  ...createPullRoutes(deps),
  ...createReviewRoutes(deps),
  ...createReviewCommentRoutes(deps),
  ...createCheckRoutes(deps),
  ...createStatusRoutes(deps),
];
