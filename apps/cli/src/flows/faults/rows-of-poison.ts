import { CommittedEnvelope, EVENTS_STREAM, FACTS_STREAM } from '@rig/contracts';
import { derivedId } from '@rig/kernel';
import { z } from 'zod';
import { deadMisfits, poisonOf, type Poison } from '../../core/faults/poison.js';
import type { FaultRow, RowContext } from './row.js';
import type { DeadLetter } from './world-parts.js';

const Log = z.object({ events: z.array(CommittedEnvelope) });

export const committed = async ({ world }: RowContext): Promise<readonly CommittedEnvelope[]> =>
  Log.parse((await world.doors.operate('GET', '/api/events?after=0&limit=500')).body).events;

/** Puts entries where they can do harm. */
export const pour = async ({ world, injected }: RowContext, poison: readonly Poison[]): Promise<void> => {
  for (const { stream, json } of poison) {
    const relayed = stream === EVENTS_STREAM || stream.endsWith(':tasks');
    await (relayed ? world.streams.addAtLast(stream, json) : world.streams.add(stream, json));
    injected();
  }
};

/** The same at the front door: refused one by one, and what stands beside it is taken. */
const pourAtTheDoor = async (context: RowContext, done: CommittedEnvelope): Promise<void> => {
  const { world } = context;
  const { subject, time, data } = done;
  const step = (n: number, message: string) => ({
    id: derivedId('poison', n),
    source: 'agent/dev-e-1',
    actor: { kind: 'agent', id: 'dev-e-1' },
    subject,
    time,
    type: 'WORK_PROGRESSED',
    data: { taskId: data['taskId'], fence: data['fence'], step: 'tests', message },
  });
  const send = async (name: string, body: unknown, allowed: readonly number[]): Promise<unknown> => {
    const answer = await world.doors.report('dev-e-1', body);
    context.injected();
    if (!allowed.includes(answer.status)) context.violated(`${name} was answered with ${answer.status}`);
    return answer.body;
  };
  await send('a fact without anything', {}, [422]);
  await send('a fact of an unknown type', { ...step(1, 'x'), type: 'MOON_LANDED' }, [422]);
  await send('a fact of 10 MB', step(2, 'x'.repeat(10 * 1024 * 1024)), [413, 0]);
  const mixed = await send('a good fact beside a bad one', [step(3, 'good'), {}], [202]);
  const statuses = JSON.stringify(mixed);
  if (!/accepted.*rejected/.test(statuses)) context.violated(`a mixed report was answered with ${statuses}`);
};

const THROWS = 'an entry whose handler fails';
const NOWHERE = 4_242;

/** A report that can only be decided when the forge answers about one pull request, and it does not. */
const breakHandler = async (context: RowContext, done: CommittedEnvelope): Promise<Poison | undefined> => {
  const { world } = context;
  const link = world.link('conductor-0>forge');
  if (link === undefined) return undefined;
  const head =
    'HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close';
  link.answer(new RegExp(`^GET \\S+/pulls/${NOWHERE} `), `${head}\r\n\r\n{}`, 100);
  const json = JSON.stringify({
    ...done,
    id: derivedId('poison', 'throws'),
    type: 'WORK_COMPLETED',
    data: { ...done.data, pr: NOWHERE },
  });
  await world.streams.add(FACTS_STREAM, json);
  context.injected();
  return { name: THROWS, stream: FACTS_STREAM, json, lists: ['rig:dead:facts:conductor'], reason: 'FORGE_' };
};

const settle = async ({ world }: RowContext, how: 'redrive' | 'drop', { list, id }: DeadLetter): Promise<number> => {
  const path = `/api/dead/${encodeURIComponent(list)}/${id}`;
  const answer = how === 'drop' ? world.doors.operate('DELETE', path) : world.doors.operate('POST', `${path}/redrive`);
  return (await answer).status;
};

/** What is mended is decided when it is put back; what is not comes back to its list; what is dropped is gone. */
const settleDead = async (context: RowContext, poison: readonly Poison[], throws: boolean): Promise<void> => {
  const { world } = context;
  const dead = await world.streams.deadLetters();
  const failed = dead.find(({ reason }) => reason.startsWith('FORGE_'));
  if (failed !== undefined && failed.tries < 5) context.violated(`${THROWS} died after ${failed.tries} tries`);
  world.link('conductor-0>forge')?.heal();
  for (const entry of dead) {
    const status = await settle(context, 'redrive', entry);
    if (status !== 200) context.violated(`a redrive of ${entry.list} was answered with ${status}`);
  }
  const back = poison.filter(({ name }) => name !== THROWS);
  const asBefore = async (): Promise<boolean> => deadMisfits(back, await world.streams.deadLetters()).length === 0;
  if (!(await context.until(asBefore, 20_000))) {
    for (const text of deadMisfits(back, await world.streams.deadLetters()))
      context.violated(`after a redrive: ${text}`);
  }
  if (throws && !(await context.seen('WORK_REPORT_REFUSED', 1, 10_000))) {
    context.violated('I2: a redriven report was not decided');
  }
  for (const entry of await world.streams.deadLetters()) await settle(context, 'drop', entry);
  const rest = await world.streams.deadLetters();
  if (rest.length > 0) context.violated(`${rest.length} dropped entries are still in their dead lists`);
  if (!(await context.seen('DEAD_LETTER_REDRIVEN', dead.length, 5_000))) context.violated('a redrive left no event');
};

export const poisonedStreams: FaultRow = {
  row: 10,
  name: 'poison on every stream and at the door',
  inShort: true,
  run: async (context) => {
    const { world } = context;
    await world.file(1);
    await context.seen('ISSUE_DONE', 1, 90_000);
    const events = await committed(context);
    const [last, done] = [events.at(-1), events.find(({ type }) => type === 'WORK_COMPLETED')];
    if (last === undefined || done === undefined) return context.violated('nothing was done before the poison');
    const thrower = context.short ? undefined : await breakHandler(context, done);
    const poison = [...poisonOf(last, 'dev-e-1'), ...(thrower === undefined ? [] : [thrower])];
    await pour(
      context,
      poison.filter((one) => one !== thrower),
    );
    await pourAtTheDoor(context, done);
    await world.file(1);
    if (!(await context.seen('ISSUE_DONE', 2, 90_000))) context.violated('I5: poison held up its neighbours');
    const buried = async (): Promise<boolean> => deadMisfits(poison, await world.streams.deadLetters()).length === 0;
    if (!(await context.until(buried, 60_000))) {
      for (const text of deadMisfits(poison, await world.streams.deadLetters())) context.violated(`I2: ${text}`);
    }
    await settleDead(context, poison, thrower !== undefined);
    for (const name of world.deaths) context.violated(`${name} died of poison`);
  },
};
