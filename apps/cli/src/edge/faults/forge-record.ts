import type { ForgeDelivery } from '../../core/faults/history.js';
import type { MergeSeen } from '../../core/faults/invariants.js';
import { appToken, type AppCredentials } from './app-token.js';
import { getJson } from './get-json.js';

interface Pull {
  readonly number: number;
  readonly merged_at: string | null;
  readonly user: { readonly login: string };
  readonly head: { readonly sha: string };
}
interface Review {
  readonly state: string;
  readonly commit_id: string;
  readonly user: { readonly login: string };
}
interface Run {
  readonly name: string;
  readonly conclusion: string | null;
}
interface Status {
  readonly context: string;
  readonly state: string;
}
interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly status_code: number;
}
interface Commit {
  readonly sha: string;
  readonly commit: { readonly message: string };
}

export interface ForgeRecordOptions {
  readonly url: string;
  readonly repo: string;
  readonly personToken: string;
  /** The App whose webhook Rig gets. */
  readonly app: AppCredentials;
}

/** What the forge itself has on record, which no fault in Rig can falsify. */
export interface ForgeRecord {
  /** Merges that were not asked for before, each with what stood behind it. */
  newMerges(): Promise<readonly MergeSeen[]>;
  /** Every delivery of the App's webhook that got an answer. */
  deliveries(): Promise<readonly ForgeDelivery[]>;
  /** First lines of the default branch's commits, newest first. */
  commits(): Promise<readonly string[]>;
}

const PAGES = 30;

/** What stood behind one merge. */
const readMerge = async (at: string, token: string, { number, user, head }: Pull): Promise<MergeSeen> => {
  const commit = `${at}/commits/${head.sha}`;
  const [reviews, { check_runs }, { statuses }] = await Promise.all([
    getJson<readonly Review[]>(`${at}/pulls/${number}/reviews?per_page=100`, token),
    getJson<{ check_runs: readonly Run[] }>(`${commit}/check-runs`, token),
    getJson<{ statuses: readonly Status[] }>(`${commit}/status`, token),
  ]);
  const approvals = reviews.filter(({ state }) => state.toUpperCase() === 'APPROVED');
  return {
    number,
    author: user.login,
    headSha: head.sha,
    approvals: approvals.map((review) => ({ by: review.user.login, headSha: review.commit_id })),
    checks: [
      ...check_runs.map(({ name, conclusion }) => ({ name, conclusion })),
      ...statuses.map(({ context, state }) => ({ name: context, conclusion: state })),
    ],
  };
};

const readDeliveries = async (url: string, token: string): Promise<readonly ForgeDelivery[]> => {
  const all: ForgeDelivery[] = [];
  let cursor = '';
  for (let page = 0; page < PAGES; page++) {
    const rows = await getJson<readonly Delivery[]>(`${url}/app/hook/deliveries?per_page=100${cursor}`, token);
    all.push(...rows.map(({ guid, status_code }) => ({ guid, status: status_code })));
    const last = rows.at(-1);
    if (last === undefined || rows.length < 100) break;
    cursor = `&cursor=v1_${last.id}`;
  }
  return all;
};

export const createForgeRecord = (options: ForgeRecordOptions): ForgeRecord => {
  const { url, repo, personToken } = options;
  const at = `${url}/repos/${repo}`;
  const known = new Set<number>();
  return {
    newMerges: async () => {
      const pulls = await getJson<readonly Pull[]>(`${at}/pulls?state=closed&per_page=100`, personToken);
      const merged = pulls.filter((pull) => pull.merged_at !== null && !known.has(pull.number));
      const seen = await Promise.all(merged.map((pull) => readMerge(at, personToken, pull)));
      for (const { number } of seen) known.add(number);
      return seen;
    },
    deliveries: () => readDeliveries(url, appToken(options.app)),
    commits: async () => {
      const found: string[] = [];
      for (let page = 1; page <= PAGES; page++) {
        const rows = await getJson<readonly Commit[]>(`${at}/commits?per_page=100&page=${page}`, personToken);
        found.push(...rows.map(({ commit }) => commit.message.split('\n')[0] ?? ''));
        if (rows.length < 100) break;
      }
      return found;
    },
  };
};
