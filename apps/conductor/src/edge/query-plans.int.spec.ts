import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS_STREAM, issueSubject } from '@rig/contracts';
import {
  createPool,
  createPostgresEventStore,
  createRelay,
  createRelayMarker,
  migrate,
  migrateEventStore,
  type EventStore,
  type SqlPool,
} from '@rig/event-store';
import { createInbox, migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock } from '@rig/kernel';
import { createMemoryStreamBus } from '@rig/stream-bus';
import { testDatabase, type TestDatabase } from '@rig/testkit';
import { createOffersFor } from '../flows/offers-for.js';
import { conductorProjections } from '../flows/projections.js';
import { createPlanReader, type ReadPlan } from '../testing/plan-reader.fixture.spec.js';
import { agent, fileIssues, mergeRequested, REPO, untilApproved, worker } from '../testing/steps.js';
import { createOutside, createTestRig, type TestRig } from '../testing/test-rig.js';
import { createReadModels } from './read-models.js';
import { createTokenLedger } from './token-ledger.js';

/** Rows of each growing table that are there before anything is asked. */
const HISTORY = 100_000;
/** Tables that grow with what has happened, and are never cut. */
const GROWING = ['events', 'issues', 'pulls', 'tasks', 'inbox'];
const schema = 'conductor';

let database: TestDatabase;
let pool: SqlPool;
let store: EventStore;
let rig: TestRig;
const reader = createPlanReader(GROWING);

const openRig = (): TestRig => {
  store = createPostgresEventStore({ pool, schema, projections: conductorProjections, logger: silentLogger });
  const ledger = createTokenLedger(pool, schema, 'secret');
  return createTestRig(store, createReadModels(pool, schema), systemClock, createOutside(), ledger);
};

/** Multiplies what one story has left behind: a hundred thousand issues from filing to merge. */
const multiply = async (): Promise<void> => {
  // One a minute, of a hundred agents; without the long texts, which would only cost time.
  const changes = `jsonb_build_object('repo', 'acme/history', 'number', n, 'headSha', md5(n::text) || '00000000',
    'body', '', 'gate', null, 'agent', 'past-' || n % 100,
    'assignedAt', to_char(now() - n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
  const copy = (table: string, kind: string): string =>
    `insert into ${schema}.${table} (key, position, state)
       select '${kind}/acme/history/' || n, n, state || ${changes}
         from (select state from ${schema}.${table} limit 1) as one, generate_series(1, ${HISTORY}) as n`;
  await pool.query(
    `insert into ${schema}.events (position, subject, version, id, type, dataschema, data, meta)
       select head + n, 'issue/acme/history/' || n, 1, gen_random_uuid(), type, dataschema, data, meta
         from (select * from ${schema}.events where position = 1) as one,
              (select max(position) as head from ${schema}.events) as last, generate_series(1, ${HISTORY}) as n`,
  );
  await pool.query(copy('issues', 'issue'));
  await pool.query(copy('pulls', 'pull'));
  await pool.query(copy('tasks', 'task'));
  await pool.query(
    `insert into ${schema}.inbox (id, kind, guid, event, headers, body, body_hash, received_at, next_wake_at, settled_at, outcome, reason)
       select gen_random_uuid(), 'delivery', n::text, 'issues', '{}', '\\x7b7d', sha256(n::text::bytea), now(), now(), now(),
              'applied', '' from generate_series(1, ${HISTORY}) as n`,
  );
  for (const table of GROWING) await pool.query(`analyze ${schema}.${table}`);
};

const merge = async (): Promise<void> => {
  await untilApproved(rig);
  await rig.flows.evaluateMerge(REPO, 8);
  await rig.flows.performMerge(await mergeRequested(rig));
};

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool({
    url: database.url,
    applicationName: 'test',
    max: 1,
    statementTimeoutMs: 200_000,
    answerTimeoutMs: 200_000,
  });
  await migrateEventStore(pool, { schema, logger: silentLogger });
  await migrateInbox(pool, { schema, logger: silentLogger });
  await migrate(pool, { schema, directory: 'apps/conductor/sql', set: 'conductor', logger: silentLogger });
  rig = openRig();
  await merge();
  await multiply();
  await store.close();
  await reader.enable(pool);
  await pool.end();
  pool = createPool({ url: database.url, applicationName: 'test', max: 4 });
  reader.listen(pool);
  rig = openRig();
}, 240_000);

afterAll(async () => {
  await store.close();
  await pool.end();
  await database.drop();
});

/** Does something often enough for Postgres to settle on the plans it keeps, and answers the plans of the last time. */
const plansOf = async (work: (turn: number) => Promise<unknown>): Promise<readonly ReadPlan[]> => {
  for (let turn = 0; turn < 8; turn++) await work(turn);
  reader.take();
  await work(8);
  return reader.take();
};

/** Pages of growing tables that one statement may look at, whatever has happened before. */
const FEW_PAGES = 400;

const expectFlat = (plans: readonly ReadPlan[]): void => {
  expect(plans.length).toBeGreaterThan(0);
  for (const { statement, scans, pages } of plans) {
    expect({ statement, scans }).toEqual({ statement, scans: [] });
    expect({ statement, pages: pages <= FEW_PAGES ? 'few' : pages }).toEqual({ statement, pages: 'few' });
  }
};

describe(`with ${HISTORY.toLocaleString('en-US')} past issues, no statement reads a growing table from end to end`, () => {
  it('when a delivery is taken in, and decided', async () => {
    const inbox = createInbox({
      pool,
      schema,
      bus: createMemoryStreamBus({ clock: systemClock }),
      clock: systemClock,
      logger: silentLogger,
    });
    const plans = await plansOf(async (turn) => {
      const body = Buffer.from(JSON.stringify({ turn }));
      const { id } = await inbox.storeDelivery({ guid: `guid-${turn}`, event: 'issues', headers: {}, body });
      await inbox.load(id);
      await inbox.settle(id, 'ignored', 'test');
      await inbox.wakeUndecided();
      await inbox.undecided({ olderThanMs: 0, limit: 10 });
      await inbox.counts();
    });
    await inbox.close();
    expectFlat(plans);
    // The first append of a session reads the catalogue, which does not grow with history.
    await fileIssues(rig, 2);
    reader.take();
    await fileIssues(rig, 30);
    const decided = reader.take();
    expectFlat(decided);
  });

  it('when work is claimed, begun and reported', async () => {
    const dev = agent(rig, 'dev-e-2');
    const plans = await plansOf(async (turn) => {
      const claimed = await rig.flows.claimNext(dev, 'implement', `w-${turn}`);
      if (!claimed.ok) throw new Error(claimed.refusal.message);
      const { taskId, issue } = claimed.value;
      const started = await rig.flows.startAttempt({ taskId, agentId: dev.id, worker: worker(`w-${turn}`) });
      if (!started.ok) throw new Error(started.refusal.message);
      const { fence } = started.value;
      await rig.flows.renewLease(taskId, dev.id, fence);
      const data = { taskId, fence, code: 'COMMAND_FAILED', message: 'no' };
      await rig.report(issueSubject(REPO, issue ?? 0), { type: 'WORK_FAILED', data }, dev.id);
    });
    expectFlat(plans);
  });

  it('when nothing can be claimed, for want of a capability', async () => {
    const dev = agent(rig, 'dev-e-1');
    expectFlat(await plansOf((turn) => rig.flows.claimNext(dev, 'review', `w-${turn}`)));
    const reads = createReadModels(pool, schema);
    const times = { now: new Date().toISOString(), hourBegan: new Date(Date.now() - 3_600_000).toISOString() };
    const within = [{ repo: REPO, requires: [] }];
    expectFlat(
      await plansOf(async () => {
        await reads.readyClasses();
        await reads.givenInRepository(REPO, times.hourBegan);
        await reads.readyIssues({ limit: 20, within, ...times });
      }),
    );
  });

  it('when the dispatcher assigns', async () => {
    const subjectOf = (turn: number): string => issueSubject(REPO, 20 + turn);
    const data = { kind: 'implement' as const, agent: 'dev-e-2', headSha: null };
    expectFlat(await plansOf((turn) => rig.report(subjectOf(turn), { type: 'ASSIGN_TASK', data }, 'dispatcher')));
  });

  it('when events are relayed, streams read, and loops look around', async () => {
    const bus = createMemoryStreamBus({ clock: systemClock });
    const marker = createRelayMarker({ pool, schema });
    await marker.save(EVENTS_STREAM, HISTORY);
    const relay = createRelay({
      store,
      bus,
      stream: EVENTS_STREAM,
      marker,
      offersFor: createOffersFor(rig.flows.describe),
      clock: systemClock,
      logger: silentLogger,
      batch: 5,
    });
    const reads = createReadModels(pool, schema);
    expectFlat(
      await plansOf(async () => {
        await relay.once(AbortSignal.abort());
        await relay.once(new AbortController().signal);
        await store.readStream(issueSubject(REPO, 1));
        await reads.liveTasks();
        await reads.openPulls();
        await reads.leftOpen();
        await reads.openIssues('acme/greeter');
        await reads.blockedIssues();
        await reads.pullsByHead(REPO, 'a'.repeat(40));
        await reads.recentIssues(100);
        await reads.recentPulls(100);
      }),
    );
  });
});
