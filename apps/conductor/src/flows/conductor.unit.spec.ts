import { createMemoryEventStore } from '@rig/event-store';
import { systemClock } from '@rig/kernel';
import { conductorFeatures } from '../testing/conductor.features.js';
import { agentHasSlot, readModelsOver } from '../testing/memory-read-models.js';
import { createTestRig } from '../testing/test-rig.js';
import { conductorProjections } from './projections.js';

conductorFeatures(async () => {
  const store = createMemoryEventStore({ projections: conductorProjections, guards: { agent_has_slot: agentHasSlot } });
  return createTestRig(store, readModelsOver(store), systemClock);
});
