import type { SqlPool } from '@rig/event-store';
import type { Pause } from '@rig/policy';
import type { IssueState } from '../core/issue/issue-state.js';
import { ciStateOf, type PullState } from '../core/pull/pull-state.js';
import type { TaskRow } from '../core/task/task-row.js';
import type { Candidate, ClaimReads, ReadyQuery } from '../flows/claim-reads.js';

interface StandingRow {
  readonly pauses: readonly Pause[];
  readonly held: number;
  readonly recent: number;
  readonly unstarted: TaskRow | null;
}

interface ReadyRow {
  readonly state: IssueState;
  readonly recent: number;
}

/** Greatest `maxPerHour` that a policy may set: what is above it need not be counted. */
const MOST_PER_HOUR = 10_000;
/** Classes of ready issues looked at: repositories times sets of capabilities. */
const MOST_CLASSES = 10_000;
/** Open pull requests read at once. */
const PAGE = 200;

/** Between capabilities in the column `requires`: no label holds a line break. */
const SEPARATOR = '\n';

const ORDER = 'i.priority, i.opened_at collate "C", i.key collate "C"';

/** The counts of an hour are ordered so that no plan but the one along the index looks cheap, whatever the estimates. */
const standingsSql = (schema: string): string =>
  `select (select coalesce(jsonb_agg(state), '[]') from ${schema}.pauses) as pauses,
          (select count(*)::integer from ${schema}.tasks t where t.agent = c.agent and t.live) as held,
          (select count(*)::integer from (
             select from ${schema}.tasks t
               where t.agent = c.agent and t.kind in ('implement', 'review') and t.assigned_at collate "C" > $4
               order by t.assigned_at collate "C" desc limit c.most) as r) as recent,
          (select t.state from ${schema}.tasks t
             where t.agent = c.agent and t.live and t.state ->> 'fence' is null
               and coalesce(t.state ->> 'instance', c.instance) = c.instance
             order by t.assigned_position limit 1) as unstarted
     from unnest($1::text[], $2::text[], $3::integer[]) with ordinality as c(agent, instance, most, place)
     order by c.place`;

/** Issues that may be worked on now: a pause after a failure is over. */
const READY = `i.phase = 'ready' and coalesce(i.state ->> 'retryAt', '') <= $2`;

const foundOfAll = (schema: string): string =>
  `select i.* from ${schema}.issues i where ${READY} order by ${ORDER} limit $1`;

/** The best of each class, then the best of those: a class may hold all the backlog. */
const foundWithin = (schema: string): string =>
  `select i.* from unnest($4::text[], $5::text[]) as c(repo, requires), lateral (
     select i.* from ${schema}.issues i
       where ${READY} and i.repo = c.repo and i.requires = c.requires order by ${ORDER} limit $1) as i
     order by ${ORDER} limit $1`;

/** Implement tasks given in a repository. */
const givenSql = (schema: string, repo: string, since: string): string =>
  `select count(*)::integer from (
     select from ${schema}.tasks t
       where t.repo = ${repo} and t.kind = 'implement' and t.assigned_at collate "C" > ${since}
       order by t.assigned_at collate "C" desc limit ${MOST_PER_HOUR}) as n`;

const readySql = (schema: string, found: string): string =>
  `with found as materialized (${found}), rates as materialized (
     select repo, (${givenSql(schema, 'r.repo', '$3')}) as recent
       from (select distinct repo from found) as r)
   select i.state, rates.recent from found i join rates using (repo) order by ${ORDER}`;

/** Jumps from class to class in the index, however many issues each has. */
const classesSql = (schema: string): string =>
  `with recursive class as (
     (select repo, requires from ${schema}.issues where phase = 'ready' order by repo, requires limit 1)
     union all
     select next.repo, next.requires from class c, lateral (
       select i.repo, i.requires from ${schema}.issues i
         where i.phase = 'ready' and (i.repo, i.requires) > (c.repo, c.requires)
         order by i.repo, i.requires limit 1) as next)
   select repo, requires from class limit ${MOST_CLASSES}`;

const candidate = ({ repo, number, headSha }: PullState): Candidate => ({ repo, number, headSha });

/** A head that passed its checks (or has none yet to wait for), that nobody reviewed and nobody works on. */
const wantsReview = (pull: PullState): boolean =>
  !pull.draft &&
  pull.review === null &&
  pull.fix === null &&
  ['passed', 'none'].includes(ciStateOf(pull, pull.headSha)) &&
  !Object.values(pull.reviews).some((review) => review.headSha === pull.headSha && review.state !== 'dismissed');

const createReviewable =
  (pool: SqlPool, schema: string): ClaimReads['reviewable'] =>
  async (limit) => {
    const found: Candidate[] = [];
    for (let after = 0; ;) {
      const page = await pool.query<{ position: number; state: PullState }>({
        name: 'claims.open-pulls',
        text: `select position, state from ${schema}.pulls
                 where status = 'open' and agent is not null and position > $1 order by position limit ${PAGE}`,
        values: [after],
      });
      found.push(...page.rows.filter(({ state }) => wantsReview(state)).map(({ state }) => candidate(state)));
      if (page.rows.length < PAGE || found.length >= limit) return found.slice(0, limit);
      after = page.rows.at(-1)?.position ?? after;
    }
  };

const readyStatement = (schema: string, { limit, within, now, hourBegan }: ReadyQuery) =>
  within === undefined
    ? { name: 'claims.ready', text: readySql(schema, foundOfAll(schema)), values: [limit, now, hourBegan] }
    : {
        name: 'claims.ready-within',
        text: readySql(schema, foundWithin(schema)),
        values: [
          limit,
          now,
          hourBegan,
          within.map(({ repo }) => repo),
          within.map((one) => one.requires.join(SEPARATOR)),
        ],
      };

/** What claims read; prepared, because planning takes longer than running. */
export const createClaimReads = (pool: SqlPool, schema: string): ClaimReads => ({
  standings: async (claimers, hourBegan) => {
    const found = await pool.query<StandingRow>({
      name: 'claims.standings',
      text: standingsSql(schema),
      values: [
        claimers.map(({ agent }) => agent.id),
        claimers.map(({ instance }) => instance),
        claimers.map(({ agent }) => agent.maxPerHour),
        hourBegan,
      ],
    });
    const pauses = found.rows[0]?.pauses ?? [];
    return {
      pauses: Object.fromEntries(pauses.map((pause) => [pause.subject, pause])),
      standings: found.rows.map(({ held, recent, unstarted }) => ({ held, recent, unstarted: unstarted ?? undefined })),
    };
  },
  givenInRepository: async (repo, hourBegan) => {
    const found = await pool.query<{ recent: number }>({
      name: 'claims.repository',
      text: `select (${givenSql(schema, '$1', '$2')}) as recent`,
      values: [repo, hourBegan],
    });
    return found.rows[0]?.recent ?? 0;
  },
  readyIssues: async (query) => {
    const found = await pool.query<ReadyRow>(readyStatement(schema, query));
    return found.rows.map(({ state, recent }) => ({ state, recentInRepository: recent }));
  },
  readyClasses: async () => {
    const found = await pool.query<{ repo: string; requires: string }>({
      name: 'claims.classes',
      text: classesSql(schema),
    });
    return found.rows.map(({ repo, requires }) => ({
      repo,
      requires: requires === '' ? [] : requires.split(SEPARATOR),
    }));
  },
  reviewable: createReviewable(pool, schema),
});
