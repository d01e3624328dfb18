import type { FaultRow } from './run-row.js';

export const partitions: FaultRow = {
  row: 7,
  name: 'partitions both ways, and half-open TCP',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    for (const name of world.links()) {
      const link = world.link(name);
      if (link === undefined) continue;
      if (context.random() < 0.5) await world.file(1);
      const kind = Math.floor(context.random() * 4);
      if (kind === 3) link.halfOpen();
      else link.partition((['both', 'to-server', 'to-client'] as const)[kind]);
      context.injected();
      await context.pause(6_000);
      link.heal();
    }
    context.injected();
  },
};
