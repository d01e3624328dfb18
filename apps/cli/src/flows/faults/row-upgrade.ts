import { deadMisfits, poisonOf, type Poison } from '../../core/faults/poison.js';
import { shuffled } from '../../core/faults/seeded.js';
import { restart } from './restarting.js';
import type { FaultRow, RowContext } from './row.js';
import { committed, pour } from './rows-of-poison.js';

/** What a newer Rig, upgraded before this one, may say on the streams. */
const NEWER: ReadonlySet<string> = new Set([
  'an event of an unknown version',
  'an event of an unknown type',
  'a fact of an unknown type',
]);

const newerWords = async (context: RowContext): Promise<readonly Poison[]> => {
  const last = (await committed(context)).at(-1);
  return last === undefined ? [] : poisonOf(last, 'dev-e-1').filter(({ name }) => NEWER.has(name));
};

/** Every process in turn, told to end and started again, while issues are worked on. */
const rollThrough = async (context: RowContext): Promise<readonly Poison[]> => {
  const { world } = context;
  const said: Poison[] = [];
  const names = world.processes().map(({ name }) => name);
  const ours = shuffled(
    names.filter((name) => !name.startsWith('dev-forge')),
    context.random,
  );
  for (const name of ours) {
    if (context.random() < 0.5) await world.file(1);
    if (!(await restart(context, name, 'SIGTERM'))) context.violated(`${name} was not ready after its restart`);
    const words = (await newerWords(context)).slice(0, context.short ? 1 : undefined);
    await pour(context, words);
    said.push(...words);
  }
  return said;
};

const endedInOrder = ({ world, violated }: RowContext): void => {
  for (const operation of world.history.all()) {
    if (operation.op !== 'died' || operation.how === 'exit code 0') continue;
    violated(`${operation.process} was told to end and ended with ${operation.how}`);
  }
};

export const rollingUpgrade: FaultRow = {
  row: 15,
  name: 'rolling restarts, and newer words between',
  inShort: false,
  twice: /^(conductor|dispatcher)-/,
  run: async (context) => {
    const { world } = context;
    await world.file(1);
    await context.seen('ISSUE_ASSIGNED', 1, 30_000);
    const said = await rollThrough(context);
    await world.file(1);
    if (!(await context.seen('ISSUE_DONE', world.filed(), 120_000)))
      context.violated('I5: work ended with the upgrade');
    const buried = async (): Promise<boolean> => deadMisfits(said, await world.streams.deadLetters()).length === 0;
    if (!(await context.until(buried, 20_000))) {
      for (const text of deadMisfits(said, await world.streams.deadLetters())) context.violated(`I2: ${text}`);
    }
    endedInOrder(context);
    const { passed, failed, note = '' } = await world.replayHistories();
    context.note(`${passed} tests of recorded histories`);
    if (passed === 0 || failed > 0) context.violated(`I4: ${failed} tests of recorded histories failed ${note}`);
  },
};
