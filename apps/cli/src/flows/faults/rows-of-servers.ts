import type { FaultRow, RowContext } from './run-row.js';

const moments = (context: RowContext): number => (context.short ? 1 : 3);

export const valkeyKilled: FaultRow = {
  row: 3,
  name: 'Valkey killed with its append-only file',
  inShort: false,
  run: async (context) => {
    await context.world.file(3);
    for (let n = 0; n < moments(context); n++) {
      await context.seen('ISSUE_ASSIGNED', n + 1);
      await context.pause(context.random() * 3_000);
      if (context.world.signal('valkey', 'SIGKILL')) context.injected();
    }
  },
};

export const valkeyWiped: FaultRow = {
  row: 4,
  name: 'Valkey wiped at any moment',
  inShort: true,
  run: async (context) => {
    const { world } = context;
    for (let n = 0; n < 2 * moments(context); n++) {
      await world.file(1);
      await context.pause(context.random() * 2_500);
      await world.valkey(['FLUSHALL']);
      context.injected();
    }
  },
};

const readiness = async (url: string): Promise<{ status: number; ms: number }> => {
  const began = performance.now();
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
  await response.body?.cancel();
  return { status: response.status, ms: performance.now() - began };
};

export const valkeyStopped: FaultRow = {
  row: 5,
  name: 'Valkey stopped for 30 s',
  inShort: false,
  run: async (context) => {
    const { world } = context;
    await world.file(2);
    await context.seen('ISSUE_ASSIGNED', 1);
    if (world.signal('valkey', 'SIGSTOP')) context.injected();
    const saidSo = await context.until(async () => (await readiness(world.conductorUrl)).status === 503, 15_000);
    if (!saidSo) context.violated('the conductor was ready without Valkey');
    const { ms } = await readiness(world.gatewayUrl).catch(() => ({ ms: 10_000 }));
    if (ms > 5_000) context.violated('readiness of the gateway took longer than 5 s');
    await context.pause(context.short ? 10_000 : 25_000);
    world.signal('valkey', 'SIGCONT');
    context.injected();
  },
};

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
