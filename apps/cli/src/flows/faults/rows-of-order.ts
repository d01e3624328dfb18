import { issueSubject } from '@rig/contracts';
import { differences } from '../../core/faults/end-state.js';
import { shuffled } from '../../core/faults/seeded.js';
import type { FaultRow, RowContext } from './row.js';
import type { RecordedDelivery } from './world-parts.js';

const AT_ONCE = 8;

/** Sends deliveries some at a time, each under a GUID of its own if `anew`. */
const send = async (context: RowContext, deliveries: readonly RecordedDelivery[], anew: boolean): Promise<void> => {
  const { world, random } = context;
  const waiting = deliveries.map((delivery) =>
    anew ? { ...delivery, guid: `again-${Math.floor(random() * 1e15).toString(36)}` } : delivery,
  );
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { status } = await world.doors.deliver(next);
      context.injected();
      if (status !== 202) context.violated(`a late delivery of ${next.event} was answered with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};

const decided = async ({ world, until }: RowContext): Promise<boolean> =>
  until(async () => (await world.observer.undecided()) === 0, 60_000);

/** Everything that has come so far comes once more, while the work goes on. */
const floodMeanwhile = async (context: RowContext, issues: number): Promise<void> => {
  const { world } = context;
  for (let n = 0; n < 60; n++) {
    if (await context.seen('ISSUE_DONE', issues, 1)) return;
    const sofar = shuffled(await world.records.deliveries(), context.random).slice(0, 20);
    await send(context, sofar, context.random() < 0.5);
    await context.pause(500);
  }
};

/** Three days later the gateway knows no repetition any more: the decisions themselves have to. */
const floodLate = async (context: RowContext, recorded: readonly RecordedDelivery[]): Promise<void> => {
  const { world } = context;
  const [before, head] = [await world.records.endState(), (await world.observer.events()).length];
  for (let round = 0; round < (context.short ? 2 : 5); round++) {
    await world.records.age(73);
    await send(context, shuffled(recorded, context.random), true);
    if (!(await decided(context))) context.violated('I2: late deliveries were not decided');
  }
  // Taken for repetitions they would prove nothing.
  const anew = await world.records.inboxRows('again-');
  if (anew < recorded.length) context.violated(`only ${anew} of ${recorded.length} late deliveries were taken for new`);
  for (const text of differences(before, await world.records.endState())) context.violated(`I2: ${text}`);
  const more = (await world.observer.events()).slice(head);
  for (const { type, subject } of more) context.violated(`I2: late deliveries led to ${type} of ${subject}`);
};

/** An issue whose end is heard of before its beginning. */
const closedBeforeOpened = async (context: RowContext): Promise<void> => {
  const { world } = context;
  const known = (await world.forge.deliveries()).length;
  // Nobody listens there: the forge has them, and the suite brings them.
  await world.forge.deliverTo('http://127.0.0.1:9/');
  const number = await world.forge.fileUnapproved('Opened and closed');
  await world.forge.edit(number, { title: 'Opened, named anew and closed' });
  await world.forge.edit(number, { state: 'closed' });
  await context.until(async () => (await world.forge.deliveries()).length >= known + 3, 10_000);
  const missed = (await world.forge.deliveries()).slice(known).reverse();
  await world.forge.deliverTo();
  for (const delivery of [...missed, ...missed]) await send(context, [delivery], false);
  await decided(context);
  const key = `issue ${issueSubject(world.repo, number)}`;
  const issue = (await world.records.endState()).get(key);
  const { phase, title } = { phase: '', title: '', ...(issue as object | undefined) };
  if (missed.length < 3) context.violated(`the forge made ${missed.length} deliveries of three changes`);
  if (phase !== 'closed')
    context.violated(`I2: an issue closed before it was opened is ${phase === '' ? 'unknown' : phase}`);
  if (title !== 'Opened, named anew and closed') context.violated(`I2: that issue has an old title: ${title}`);
};

export const lateDeliveries: FaultRow = {
  row: 8,
  name: 'deliveries again, shuffled, days late',
  inShort: true,
  run: async (context) => {
    const { world } = context;
    const issues = context.short ? 1 : 3;
    await world.file(issues);
    await floodMeanwhile(context, issues);
    if (!(await context.seen('ISSUE_DONE', issues, 60_000)))
      context.violated('I5: repeated deliveries kept work from its end');
    await closedBeforeOpened(context);
    await decided(context);
    await floodLate(context, await world.forge.deliveries());
  },
};
