import type { Measured } from '../core/figure.js';
import { alternate } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';
import { openRawCursor } from '../peers/raw-cursor.js';
import { migrateConductor, openConductorPool, SCHEMA } from '../product/conductor.js';
import { loadHistory } from '../product/history.js';
import { inChild } from '../harness/child.js';
import type { RebuildEnd } from '../product/rebuild-child.js';

/** Events of one past issue. */
const EVENTS_EACH = 19;
const MB = 2 ** 20;

const HOW =
  'A log of whole issue stories, loaded by COPY; every projection of the conductor is built anew from it in a process ' +
  'of its own, whose greatest resident memory is taken. Beside it the same rows are read by a cursor, 1,000 at a time, ' +
  'over one connection, and parsed by the driver.';

const withEvents = async (context: BenchContext, events: number) => {
  const url = await context.servers.database();
  const pool = openConductorPool(url);
  await migrateConductor(pool);
  context.say(`  loading ${events.toLocaleString('en-US')} events`);
  const past = Math.ceil(events / EVENTS_EACH);
  const head = await loadHistory(pool, { schema: SCHEMA, past, ready: 0, repositories: 20, agents: 20 });
  await pool.end();
  const rss: number[] = [];
  const cursor = await openRawCursor(url, SCHEMA);
  try {
    const values = await alternate(
      context,
      {
        rig: async () => {
          const end = await inChild<RebuildEnd>('product/rebuild-child.js', { url });
          if (end.events !== head) throw new Error(`${end.events} of ${head} events were rebuilt`);
          rss.push(end.peakRss / MB);
          return end.events / end.seconds;
        },
        raw: () => cursor.readAll(),
      },
      false,
    );
    return { ...values, rss };
  } finally {
    await cursor.close();
  }
};

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  const [many, few] = [context.size(1_000_000, 20_000), context.size(100_000, 4_000)];
  const small = await withEvents(context, few);
  const large = await withEvents(context, many);
  const common = { how: HOW, durability: POSTGRES_DURABILITY };
  const label = (events: number): string => `${events.toLocaleString('en-US')} events`;
  return [
    {
      ...common,
      name: `projections from ${label(many)}`,
      unit: 'events/s',
      values: large.rig,
      versus: { name: 'raw cursor read', values: large.raw },
      aim: { is: '≥', bound: 0.3 },
    },
    {
      ...common,
      name: `resident memory at ${label(many)}, beyond that at ${label(few)}`,
      unit: 'MB',
      values: large.rss.map((mb, round) => mb - (small.rss[round] ?? 0)),
      aim: { is: '≤', bound: 50, of: 'value' },
    },
    { ...common, name: `resident memory at ${label(many)}`, unit: 'MB', values: large.rss },
  ];
};

export const rebuild: Bench = {
  name: 'rebuild',
  about: 'Read models built anew from the whole log, beside a bare cursor over the same rows.',
  run,
};
