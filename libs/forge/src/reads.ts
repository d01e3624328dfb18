import { z } from 'zod';
import type { RepoApi } from './api.js';
import type { ForgeCheck, ForgeIssue, ForgePull, ForgeReview } from './forge.js';
import {
  toCheck,
  toIssue,
  toPull,
  toReview,
  toStatusCheck,
  WireCheckRun,
  WireIssue,
  WirePull,
  WireReview,
  WireStatus,
} from './wire.js';

const Reviews = z.array(WireReview);
const Issues = z.array(WireIssue);
const Pulls = z.array(WirePull);
const CheckRuns = z.object({ check_runs: z.array(WireCheckRun) }).transform((page) => page.check_runs);
const Statuses = z.object({ statuses: z.array(WireStatus) }).transform((page) => page.statuses);

/** Undefined if it is gone, or is a pull request, or was transferred (the forge then answers with another number). */
export const readIssue = async (api: RepoApi, number: number): Promise<ForgeIssue | undefined> => {
  const wire = await api.find('/issues/{number}', WireIssue, { number });
  return wire?.number === number && wire.pull_request === undefined ? toIssue(api.repo, wire) : undefined;
};

export const readPull = async (api: RepoApi, number: number): Promise<ForgePull | undefined> => {
  const wire = await api.find('/pulls/{number}', WirePull, { number });
  return wire === undefined ? undefined : toPull(api.repo, wire);
};

/** Submitted reviews, oldest first. */
export const readReviews = async (api: RepoApi, number: number): Promise<readonly ForgeReview[]> => {
  const wires = await api.list('/pulls/{number}/reviews', Reviews, { number });
  return wires.map(toReview).filter((review) => review !== undefined);
};

/** Check runs and commit statuses of a commit, the latest of each name. */
export const readChecks = async (api: RepoApi, sha: string): Promise<readonly ForgeCheck[]> => {
  const [runs, statuses] = await Promise.all([
    api.list('/commits/{sha}/check-runs', CheckRuns, { sha, filter: 'latest' }),
    api.list('/commits/{sha}/status', Statuses, { sha }),
  ]);
  return [...runs.map(toCheck), ...statuses.map(toStatusCheck)];
};

/**
 * Issues that are not pull requests, the longest untouched first, so that a cut list can be gone on with: the open ones, or
 * with `since` whatever was touched since then.
 */
export const readIssues = async (api: RepoApi, since?: string): Promise<readonly ForgeIssue[]> => {
  const wanted = since === undefined ? { state: 'open' } : { state: 'all', since };
  const wires = await api.list('/issues', Issues, { ...wanted, sort: 'updated', direction: 'asc' }, { partial: true });
  return wires.filter((wire) => wire.pull_request === undefined).map((wire) => toIssue(api.repo, wire));
};

export const readOpenPulls = async (api: RepoApi, head?: string): Promise<readonly ForgePull[]> => {
  const params = { state: 'open', ...(head === undefined ? {} : { head: `${api.owner}:${head}` }) };
  return (await api.list('/pulls', Pulls, params, { partial: true })).map((wire) => toPull(api.repo, wire));
};
