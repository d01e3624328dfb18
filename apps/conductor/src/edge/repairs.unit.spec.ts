import { expect, it } from '@jest/globals';
import type { Kit } from '@rig/nest-kit';
import { fakeClock } from '@rig/testkit';
import { createRepair } from './repairs.js';

it('a repair loop counts what it mended and writes it down; one that has to wait says so', async () => {
  const lines: unknown[] = [];
  const counted: unknown[] = [];
  const outcomes: string[] = [];
  const clock = fakeClock();
  const kit = {
    clock,
    logger: { log: (level: string, message: string, fields: unknown) => void lines.push([level, message, fields]) },
    counter:
      ({ name }: { name: string }) =>
      (labels: unknown, by: number) =>
        void counted.push([name, labels, by]),
  } as unknown as Kit;
  const passes = [['acme/greeter#7', 'acme/greeter#8'], [], undefined];
  const { repair } = createRepair({ kit, onOutcome: (_loop, outcome) => void outcomes.push(outcome) });
  const loop = repair('issue sweep', 1_000, async () => passes.shift());
  await loop.start();
  for (let n = 0; n < 2; n++) {
    await clock.asleep();
    await clock.advance(1_000);
  }
  await clock.asleep();
  await loop.stop();
  expect(outcomes).toEqual(['mended', 'idle', 'waits']);
  expect(counted).toEqual([['rig_mended_total', { loop: 'issue sweep' }, 2]]);
  expect(lines).toEqual([
    [
      'info',
      'a repair loop mended something',
      { loop: 'issue sweep', count: 2, what: ['acme/greeter#7', 'acme/greeter#8'] },
    ],
  ]);
});
