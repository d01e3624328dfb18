import { createMemoryEventStore } from '@rig/event-store';
import { systemClock } from '@rig/kernel';
import { claimFeatures } from '../testing/claims.features.js';
import { conductorFeatures } from '../testing/conductor.features.js';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { guardFeatures } from '../testing/guard.features.js';
import { pauseFeatures } from '../testing/pause.features.js';
import { peopleFeatures } from '../testing/people.features.js';
import { createTestRig, type TestRig } from '../testing/test-rig.js';
import { conductorProjections } from './projections.js';

const makeRig = async (): Promise<TestRig> => {
  const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
  return createTestRig(store, readModelsOver(store), systemClock);
};

conductorFeatures(makeRig);
claimFeatures(makeRig);
guardFeatures(makeRig);
pauseFeatures(makeRig);
peopleFeatures(makeRig);
