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

export const forgeRefuses: FaultRow = {
  row: 20,
  name: 'the forge refuses and fails merges',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    const link = world.link('conductor-0>forge');
    if (link === undefined) return context.violated('no link to the forge');
    const refusals = ['502 Bad Gateway', '409 Conflict', '405 Method Not Allowed', '422 Unprocessable Entity'];
    for (const [index, status] of refusals.entries()) {
      const body = '{"message":"as the fault suite says"}';
      const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
      link.answer(/^PUT \S+\/merge /, `${head}\r\n\r\n${body}`, 1);
      await world.file(1);
      if (!(await context.until(() => link.answered() > index, 90_000))) context.violated(`no merge met the ${status}`);
      context.injected();
      await context.seen('ISSUE_DONE', index + 1, 90_000);
    }
  },
};
