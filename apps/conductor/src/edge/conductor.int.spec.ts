import { afterAll } from '@jest/globals';
import { createPool, createPostgresEventStore, migrate, migrateEventStore } from '@rig/event-store';
import { migrateInbox } from '@rig/inbox';
import { silentLogger, systemClock, type Clock } from '@rig/kernel';
import { testDatabase } from '@rig/testkit';
import { conductorProjections } from '../flows/projections.js';
import { attemptFeatures } from '../testing/attempts.features.spec.js';
import { claimFeatures } from '../testing/claims.features.js';
import { conductorFeatures } from '../testing/conductor.features.js';
import { guardFeatures } from '../testing/guard.features.js';
import { pauseFeatures } from '../testing/pause.features.js';
import { peopleFeatures } from '../testing/people.features.js';
import { createOutside, createTestRig, type TestRig } from '../testing/test-rig.js';
import { createTokenLedger } from './token-ledger.js';
import { createReadModels } from './read-models.js';

const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

const makeRig = async (clock: Clock): Promise<TestRig> => {
  const database = await testDatabase();
  const pool = createPool({ url: database.url, applicationName: 'test', max: 8 });
  const schema = 'conductor';
  await migrateEventStore(pool, { schema, logger: silentLogger });
  await migrateInbox(pool, { schema, logger: silentLogger });
  await migrate(pool, { schema, directory: 'apps/conductor/sql', set: 'conductor', logger: silentLogger });
  const store = createPostgresEventStore({ pool, schema, projections: conductorProjections, logger: silentLogger });
  cleanUps.push(async () => {
    await store.close();
    await pool.end();
    await database.drop();
  });
  const ledger = createTokenLedger(pool, schema, 'secret');
  return createTestRig(store, createReadModels(pool, schema), clock, createOutside(), ledger);
};

conductorFeatures(() => makeRig(systemClock));
claimFeatures(() => makeRig(systemClock));
guardFeatures(() => makeRig(systemClock));
pauseFeatures(() => makeRig(systemClock));
peopleFeatures(() => makeRig(systemClock));
attemptFeatures(makeRig, 12);
