import { expect, it } from '@jest/globals';
import { createMemoryEventStore } from '@rig/event-store';
import { systemClock } from '@rig/kernel';
import { memoryGuards, readModelsOver } from '../testing/memory-read-models.js';
import { createTestRig } from '../testing/test-rig.js';
import { conductorProjections } from './projections.js';

const store = createMemoryEventStore({ projections: conductorProjections, guards: memoryGuards });
const rig = createTestRig(store, readModelsOver(store), systemClock);

const push = (pushedAt: number) => ({
  ref: 'refs/heads/main',
  before: 'a'.repeat(40),
  after: 'b'.repeat(40),
  sender: { login: 'ada' },
  repository: { full_name: 'acme/greeter', default_branch: 'main', pushed_at: pushedAt },
});

it('a push that is told again days later under another id is recorded once; the same push made again is another', async () => {
  await rig.deliver('push', push(1_772_443_800), 'first');
  await rig.deliver('push', push(1_772_443_800), 'days-later');
  expect(await rig.types()).toEqual(['PUSHED']);
  await rig.deliver('push', push(1_772_443_900), 'again');
  expect(await rig.types()).toEqual(['PUSHED', 'PUSHED']);
});
