import type { FaultRow, RowContext } from './row.js';
import { FORGED, type RecordedDelivery } from './world-parts.js';

/** A delivery that was taken before: what is made of it must not come in, or must change nothing. */
const anyDelivery = async ({ world, random }: RowContext): Promise<RecordedDelivery | undefined> => {
  const known = (await world.records.deliveries()).filter(({ event }) => event === 'issues');
  return known[Math.floor(random() * known.length)];
};

const forge = async (context: RowContext, delivery: RecordedDelivery): Promise<void> => {
  const { world } = context;
  for (const { name, allowed, send } of world.doors.forgeries(delivery)) {
    const { status } = await send();
    context.injected();
    if (!allowed.includes(status)) context.violated(`I2: a delivery with ${name} was answered with ${status}`);
    if (!(await world.doors.ready('gateway'))) context.violated(`the gateway is not ready after ${name}`);
  }
  const rows = await world.records.inboxRows(FORGED);
  if (rows !== 0) context.violated(`I2: forged deliveries left ${rows} rows in the inbox`);
};

const replay = async (context: RowContext, delivery: RecordedDelivery): Promise<void> => {
  const { world } = context;
  const name = `replayed-${Math.floor(context.random() * 1e9)}`;
  for (let n = 0; n < 5; n++) {
    const again = await world.doors.deliver({
      ...delivery,
      guid: `${name}-${n}`,
    });
    context.injected();
    if (again.status !== 202) context.violated(`a repeated delivery was answered with ${again.status}`);
  }
  // Without a row nothing can come of it: only what lies in the inbox is decided.
  const rows = await world.records.inboxRows(name);
  if (rows !== 0) context.violated(`I2: a delivery replayed under new ids left ${rows} rows in the inbox`);
};

export const forgedDeliveries: FaultRow = {
  row: 9,
  name: 'forged, replayed, oversized deliveries',
  inShort: true,
  run: async (context) => {
    const { world } = context;
    await world.file(1);
    await context.seen('ISSUE_DONE', 1, 90_000);
    await context.until(async () => (await world.observer.undecided()) === 0, 30_000);
    const delivery = await anyDelivery(context);
    if (delivery === undefined) return context.violated('no delivery was recorded');
    await replay(context, delivery);
    // While the system works, so that nothing of it comes to a stand.
    await world.file(1);
    await forge(context, delivery);
  },
};
