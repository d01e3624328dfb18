import { expect, it } from '@jest/globals';
import type { Kit } from '@rig/nest-kit';
import { silentLogger } from '@rig/kernel';
import { fakeClock } from '@rig/testkit';
import { createRepair, createRepairs, type RepairDeps } from './repairs.js';

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

/** Any deep name of it is a function that finds nothing. */
const nothing = (): object =>
  new Proxy(async () => [], { get: (_, name) => (name === 'then' ? undefined : nothing()) });

it('every repair loop that asks the forge waits while the rate window is nearly used up, and nothing else does', async () => {
  const outcomes = new Map<string, string>();
  const clock = fakeClock();
  const forge = { rateBudget: () => ({ limit: 5_000, remaining: 999 }) };
  const parts = createRepairs({
    ...Object.fromEntries(
      ['bus', 'inbox', 'flows', 'readModels', 'queue', 'minter', 'ledger', 'log'].map((name) => [name, nothing()]),
    ),
    kit: { clock, logger: silentLogger, counter: () => () => undefined } as unknown as Kit,
    forge,
    agents: () => ({ agents: [] }),
    onOutcome: (loop: string, outcome: string) => void outcomes.set(loop, outcome),
  } as unknown as RepairDeps);
  for (const part of parts) await part.start();
  await clock.asleep(parts.length);
  for (const part of parts) await part.stop();
  expect([...outcomes.keys()].sort()).toEqual(parts.map(({ name }) => name).sort());
  const waiting = [...outcomes].flatMap(([loop, outcome]) => (outcome === 'waits' ? [loop] : []));
  const without = [
    'inbox sweep',
    'offer sweep',
    'unstarted sweep',
    'pause sweep',
    'trim',
    'consumer sweep',
    'merge sweep',
  ];
  // The merge sweep asks for a job again, and the job waits for the limit's reset itself.
  expect(waiting.sort()).toEqual(
    parts
      .map(({ name }) => name)
      .filter((name) => !without.includes(name))
      .sort(),
  );
});
