import { createMemoryEventStore } from '@rig/event-store';
import { attemptFeatures } from '../testing/attempts.features.spec.js';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { createTestRig } from '../testing/test-rig.js';
import { conductorProjections } from './projections.js';

attemptFeatures(async (clock) => {
  const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
  return createTestRig(store, readModelsOver(store), clock);
}, 150);
