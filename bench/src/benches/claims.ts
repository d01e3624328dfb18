import type { Measured } from '../core/figure.js';
import { alternate } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { createCaller } from '../harness/http.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';
import { startInstantForge } from '../harness/instant-forge.js';
import { openGraphile, type GraphileQueue } from '../peers/graphile.js';
import { author, migrateConductor, openConductor, openConductorPool, SCHEMA } from '../product/conductor.js';
import { loadHistory } from '../product/history.js';
import { startServices } from '../product/services.js';

export const CLAIMERS = 16;
/** Agents take turns: each holds a few tasks, as agents do. */
const SLOTS = 10;

const HOW =
  `Approved issues wait; ${CLAIMERS} claimers at once ask for work for one agent after the other (${SLOTS} slots each) ` +
  'until all have one, each assignment an event with its read models, checked afterwards to be given exactly once. ' +
  `The peer works off as many jobs that take no time with concurrency ${CLAIMERS}: a job is fetched, done and ` +
  'completed. It thus takes one step more (an assignment is not completed) and keeps less (no event, no read models).';

/** Fills a database with ready issues and has them claimed in process; resolves to claims a second. */
export const claimAll = async (url: string, ready: number): Promise<number> => {
  const agents = Array.from({ length: Math.ceil(ready / SLOTS) + CLAIMERS }, (_, index) => author(index, SLOTS));
  const pool = openConductorPool(url);
  await migrateConductor(pool);
  await loadHistory(pool, { schema: SCHEMA, past: 0, ready, repositories: 10, agents: 1 });
  const conductor = openConductor(pool, agents);
  let turn = 0;
  let claimed = 0;
  const claim = async (instance: string): Promise<void> => {
    while (claimed < ready) {
      const agent = agents[turn++ % agents.length];
      const outcome = agent && (await conductor.flows.claimNext(agent, 'implement', `${instance}-${turn}`));
      if (outcome?.ok === true) claimed += 1;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CLAIMERS }, (_, index) => claim(`claimer-${index}`)));
  const rate = claimed / ((performance.now() - started) / 1_000);
  await checkOnce(pool, ready);
  await conductor.close();
  return rate;
};

/** Throws unless each of the issues was assigned once. */
export const checkOnce = async (pool: ReturnType<typeof openConductorPool>, issues: number): Promise<void> => {
  const found = await pool.query<{ assigned: number; subjects: number }>(
    `select count(*)::integer as assigned, count(distinct subject)::integer as subjects
       from ${SCHEMA}.events where type = 'ISSUE_ASSIGNED'`,
  );
  const { assigned, subjects } = found.rows[0] ?? {};
  if (assigned !== issues || subjects !== issues) {
    throw new Error(`${issues} issues, ${assigned} assignments of ${subjects} issues`);
  }
};

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  const { servers, size } = context;
  const ready = size(4_000, 200);
  const open = async (localQueue?: number): Promise<GraphileQueue> =>
    openGraphile(await servers.database(), { workers: CLAIMERS, ...(localQueue === undefined ? {} : { localQueue }) });
  const plain = await open();
  const local = await open(500);
  try {
    const values = await alternate(context, {
      rig: async () => claimAll(await servers.database(), ready),
      http: () => claimAllOverHttp(context, size(2_000, 100)),
      plain: () => plain.drain(ready),
      local: () => local.drain(ready * 4),
    });
    const common = { unit: 'assignments/s', values: values.rig, how: HOW, durability: POSTGRES_DURABILITY };
    return [
      {
        ...common,
        name: 'in process',
        versus: { name: 'graphile-worker, default', values: values.plain },
        aim: { is: '≥', bound: 1 },
      },
      {
        ...common,
        name: 'in process, beside a local queue',
        versus: { name: 'graphile-worker, localQueue 500, completions in batches', values: values.local },
      },
      {
        ...common,
        name: 'over HTTP',
        values: values.http,
        how: HOW_HTTP,
        versus: { name: 'graphile-worker, default, in process', values: values.plain },
      },
    ];
  } finally {
    await plain.close();
    await local.close();
  }
};

const HOW_HTTP =
  `The same over HTTP: the conductor is a process of its own, as it runs; ${CLAIMERS} connections, each asking for one ` +
  'agent after the other with that agent’s token; an answer holds the assignment. The peer has no such door, and works ' +
  'off its jobs in process as above.';

/** Claims by `GET /api/assignments/next`, as agents without a stream do. */
export const claimAllOverHttp = async ({ servers }: BenchContext, ready: number): Promise<number> => {
  const postgres = await servers.database();
  const agents = Array.from({ length: Math.ceil(ready / SLOTS) + CLAIMERS }, (_, index) => author(index, SLOTS).id);
  const pool = openConductorPool(postgres);
  await migrateConductor(pool);
  await loadHistory(pool, { schema: SCHEMA, past: 0, ready, repositories: 10, agents: 1 });
  const forge = await startInstantForge();
  const valkey = await servers.valkey();
  const options = { postgres, valkey, forgeUrl: forge.url, agents, slots: SLOTS, delivery: 'http' } as const;
  const services = await startServices({ ...options, start: ['conductor'] });
  const caller = createCaller(services.urls.conductor, CLAIMERS);
  let turn = 0;
  let claimed = 0;
  const claim = async (instance: string): Promise<void> => {
    while (claimed < ready) {
      const agent = agents[turn++ % agents.length] ?? '';
      const path = `/api/assignments/next?agentId=${agent}&instance=${instance}-${turn}`;
      const answer = await caller.call('GET', path, { authorization: services.authorization(agent) });
      if (answer.status === 200) claimed += 1;
      else if (answer.status !== 204) throw new Error(`a claim was answered ${answer.status}: ${answer.text}`);
    }
  };
  try {
    const started = performance.now();
    await Promise.all(Array.from({ length: CLAIMERS }, (_, index) => claim(`claimer-${index}`)));
    const rate = claimed / ((performance.now() - started) / 1_000);
    await checkOnce(pool, ready);
    return rate;
  } finally {
    caller.close();
    await services.stop();
    await forge.close();
    await pool.end();
  }
};

export const claims: Bench = {
  name: 'claims',
  about: 'Assignments a second, each given exactly once, beside graphile-worker on the same Postgres.',
  run,
};
