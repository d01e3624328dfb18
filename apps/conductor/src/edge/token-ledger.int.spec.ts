import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPool, createPostgresEventStore, migrate, migrateEventStore, type SqlPool } from '@rig/event-store';
import { migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock } from '@rig/kernel';
import { testDatabase, type TestDatabase } from '@rig/testkit';
import { conductorProjections } from '../flows/projections.js';
import { fileIssues, startIssue } from '../testing/steps.js';
import { createOutside, createTestRig } from '../testing/test-rig.js';
import { createReadModels } from './read-models.js';
import { createTokenLedger } from './token-ledger.js';

const schema = 'conductor';
const logger = silentLogger;
let database: TestDatabase;
let pool: SqlPool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool({ url: database.url, applicationName: 'test' });
  await migrateEventStore(pool, { schema, logger });
  await migrateInbox(pool, { schema, logger });
  await migrate(pool, { schema, directory: 'apps/conductor/sql', set: 'conductor', logger });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('tokens that are still good and belong to no running attempt are orphans', async () => {
  const store = createPostgresEventStore({ pool, schema, projections: conductorProjections, logger });
  const ledger = createTokenLedger(pool, schema, 'secret');
  const rig = createTestRig(store, createReadModels(pool, schema), systemClock, createOutside(), ledger);
  await fileIssues(rig, 1);
  const { taskId, fence } = await startIssue(rig);
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  await ledger.add(taskId, fence, 'of the running attempt', soon);
  await ledger.add(taskId, fence - 1, 'of the one before', soon);
  await ledger.add('0197f3a0-0000-8000-8000-000000000001', 3, 'of a task that is gone', soon);
  await ledger.add(taskId, fence - 1, 'worth nothing', new Date(Date.now() - 1_000).toISOString());
  const tokens = async (): Promise<readonly string[]> => (await ledger.orphans(10)).map(({ token }) => token);
  expect(await tokens()).toEqual(['of the one before', 'of a task that is gone']);
  await ledger.forget((await ledger.orphans(1)).map(({ id }) => id));
  expect(await tokens()).toEqual(['of a task that is gone']);
  await store.close();
});
