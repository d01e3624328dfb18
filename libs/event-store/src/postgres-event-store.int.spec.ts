import { eventStoreFeatures } from './event-store.features.spec.js';
import { openPostgres } from './postgres-fixture.spec.js';

eventStoreFeatures('Postgres', openPostgres);
