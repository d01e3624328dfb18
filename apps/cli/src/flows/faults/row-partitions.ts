import { shuffled } from '../../core/faults/seeded.js';
import type { FaultRow, RowContext } from './row.js';
import type { WorldLink } from './world.js';

const CUT_MS = 3_000;
const SLOW_MS = 4_000;
const LATENCY_MS = 400;
/** Cut at the same time: each link on its own would take long, all at once would only be a standstill. */
const AT_ONCE = 3;
/** The longest deadline of anybody who waits for an answer is 15 s (the forge); the rest is for a busy machine. */
const READY_WITHIN_MS = 45_000;

const DIRECTIONS = ['both', 'to-server', 'to-client'] as const;

/** Cut one way or both, healed; then slow, or half-open. What is half-open is not healed: whoever uses it must notice. */
const trouble = async (context: RowContext, link: WorldLink, turn: number): Promise<void> => {
  link.partition(DIRECTIONS[turn % DIRECTIONS.length]);
  context.injected();
  await context.pause(CUT_MS);
  link.heal();
  await context.pause(500);
  if (turn % 2 === 0) {
    link.halfOpen();
    context.injected();
    return;
  }
  link.latency(LATENCY_MS);
  context.injected();
  await context.pause(SLOW_MS);
  link.heal();
};

/** Everybody says that all is well again, without a hand laid on anything. */
const demandHealth = async (context: RowContext): Promise<void> => {
  const { world } = context;
  for (const { name } of world.processes()) {
    if (name.startsWith('dev-forge')) continue;
    const ready = async (): Promise<boolean> => (await world.ready(name)).status === 200;
    if (await context.until(ready, READY_WITHIN_MS, `${name} to be ready`)) continue;
    context.violated(`${name} is not ready: ${(await world.ready(name)).notes.join('; ')}`);
  }
};

export const partitions: FaultRow = {
  row: 7,
  name: 'partitions both ways, half-open, slow links',
  inShort: false,
  flawless: true,
  run: async (context) => {
    const { world } = context;
    const webhooks = world.link('dev-forge-0>gateway');
    if (webhooks === undefined) return context.violated('no link from the forge to the gateway');
    await world.forge.deliverTo(`http://127.0.0.1:${webhooks.port}/api/webhook/github`);
    const waiting = shuffled(world.links(), context.random);
    context.note(`links: ${waiting.join(', ')}`);
    let turn = Math.floor(context.random() * 6);
    const lane = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const link = world.link(name);
        if (waiting.length % 4 === 0) await world.file(1);
        if (link !== undefined) await trouble(context, link, (turn += 1));
      }
    };
    await world.file(1);
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    await demandHealth(context);
  },
};
