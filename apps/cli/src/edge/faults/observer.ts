import { createPool, type SqlPool } from '@rig/event-store';
import {
  checkExclusivity,
  checkLog,
  checkMerges,
  type LoggedEvent,
  type MergeSeen,
} from '../../core/faults/invariants.js';

/** Looks at a system from outside, past every proxy: the log and the inbox by SQL, the merges by the forge's record. */
export interface Observer {
  events(): Promise<readonly LoggedEvent[]>;
  /** Violations of I1 and I2's log half, now; undefined while the database cannot be asked. */
  check(): Promise<readonly string[] | undefined>;
  undecided(): Promise<number>;
  merges(repo: string): Promise<readonly string[]>;
  /** I4: read models that are not what the log makes of them. */
  replay(): Promise<readonly string[]>;
  close(): Promise<void>;
  readonly pool: SqlPool;
}

export interface ObserverOptions {
  readonly postgresUrl: string;
  readonly forgeUrl: string;
  readonly conductorUrl: string;
  readonly personToken: string;
  readonly operatorToken: string;
}

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
interface Verification {
  readonly projections: readonly { readonly name: string; readonly differences: number }[];
}

const getJson = async <T>(url: string, token: string): Promise<T> => {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
};

const mergesOf = async (forge: string, repo: string, token: string): Promise<readonly MergeSeen[]> => {
  const at = `${forge}/repos/${repo}`;
  const pulls = await getJson<readonly Pull[]>(`${at}/pulls?state=closed&per_page=100`, token);
  const merged = pulls.filter((pull) => pull.merged_at !== null);
  return Promise.all(
    merged.map(async ({ number, user, head }) => {
      const reviews = await getJson<readonly Review[]>(`${at}/pulls/${number}/reviews?per_page=100`, token);
      const { check_runs } = await getJson<{ check_runs: readonly Run[] }>(
        `${at}/commits/${head.sha}/check-runs`,
        token,
      );
      const approvals = reviews.filter(({ state }) => state.toUpperCase() === 'APPROVED');
      return {
        number,
        author: user.login,
        headSha: head.sha,
        approvals: approvals.map((review) => ({ by: review.user.login, headSha: review.commit_id })),
        checks: check_runs.map(({ name, conclusion }) => ({ name, conclusion })),
      };
    }),
  );
};

export const createObserver = (options: ObserverOptions): Observer => {
  const pool = createPool({ url: options.postgresUrl, applicationName: 'rig-faults', max: 2 });
  const known: LoggedEvent[] = [];
  const events = async (): Promise<readonly LoggedEvent[]> => {
    const found = await pool.query<Omit<LoggedEvent, 'position'> & { position: string | number }>(
      `select position, subject, version::int as version, id, type, data from conductor.log
         where position > $1 order by position`,
      [known.at(-1)?.position ?? 0],
    );
    // Another look may have been faster: what it took is not taken twice.
    const last = known.at(-1)?.position ?? 0;
    const rows = found.rows.map((row) => ({ ...row, position: Number(row.position) }));
    known.push(...rows.filter(({ position }) => position > last));
    return known;
  };
  return {
    pool,
    events,
    check: async () => {
      const seen = await events().catch(() => undefined);
      return seen && [...checkExclusivity(seen), ...checkLog(seen)];
    },
    undecided: async () => {
      const sql = 'select count(*)::int as waiting from conductor.inbox where settled_at is null';
      return (await pool.query<{ waiting: number }>(sql)).rows[0]?.waiting ?? 0;
    },
    merges: async (repo) => checkMerges(await mergesOf(options.forgeUrl, repo, options.personToken), ['test']),
    replay: async () => {
      const url = `${options.conductorUrl}/api/replay/verify`;
      const { projections } = await getJson<Verification>(url, options.operatorToken);
      return projections
        .filter(({ differences }) => differences > 0)
        .map(({ name, differences }) => `I4: ${differences} rows of ${name} are not what the log makes of them`);
    },
    close: () => pool.end(),
  };
};
