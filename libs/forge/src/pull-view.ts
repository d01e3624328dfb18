import { z } from 'zod';
import type { RepoApi } from './api.js';
import { CODEOWNERS_PATHS, ownersOf, parseCodeowners, type OwnedPath } from './codeowners.js';
import { misfit } from './errors.js';
import type { ForgePull, ForgePullView } from './forge.js';
import { readChecks, readPull, readReviews } from './reads.js';
import { readRequiredChecks } from './required-checks.js';
import { readThreads } from './threads.js';

const Content = z.object({ content: z.string(), encoding: z.string() });
const Files = z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() }));
const Comparison = z.object({ behind_by: z.int().min(0) });

/** The CODEOWNERS of the base branch: the head's own could give the pull request away to its author. */
const readCodeowners = async (api: RepoApi, ref: string): Promise<string | undefined> => {
  const found = await Promise.all(CODEOWNERS_PATHS.map((path) => api.find(`/contents/${path}`, Content, { ref })));
  const file = found.find((content) => content !== undefined);
  if (file === undefined) return undefined;
  // Above 1 MB the forge leaves the content out; reading that as "no owners" would open the gate.
  if (file.encoding !== 'base64') throw misfit('The CODEOWNERS file', 'content');
  return Buffer.from(file.content, 'base64').toString('utf8');
};

const readOwnedPaths = async (api: RepoApi, pull: ForgePull): Promise<readonly OwnedPath[]> => {
  const text = await readCodeowners(api, pull.baseRef);
  const rules = text === undefined ? [] : parseCodeowners(text);
  if (rules.length === 0) return [];
  const files = await api.list('/pulls/{number}/files', Files, { number: pull.number });
  // A rename also changes what is at the old place.
  const paths = files.flatMap((file) => [file.filename, file.previous_filename]).filter((path) => path !== undefined);
  return ownersOf(rules, [...new Set(paths)]);
};

/** How many commits of the base the head lacks. */
const readBehindBy = async (api: RepoApi, pull: ForgePull): Promise<number> => {
  const basehead = `${pull.baseRef}...${pull.headSha}`;
  return (await api.get('/compare/{basehead}', Comparison, { basehead, per_page: 1 })).behind_by;
};

/** Everything that the merge gate asks about one pull request; undefined if the forge does not have it. */
export const readPullView = async (api: RepoApi, number: number): Promise<ForgePullView | undefined> => {
  const pull = await readPull(api, number);
  if (pull === undefined) return undefined;
  const [reviews, threads, checks, required, behindBy, ownedPaths] = await Promise.all([
    readReviews(api, number),
    readThreads(api, number),
    readChecks(api, pull.headSha),
    readRequiredChecks(api, pull.baseRef),
    readBehindBy(api, pull),
    readOwnedPaths(api, pull),
  ]);
  const { names: requiredChecks, strict } = required;
  return { pull, reviews, threads, checks, requiredChecks, strict, behindBy, ownedPaths };
};
