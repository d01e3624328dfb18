import type { Aim, Measured } from '../core/figure.js';
import { alternate, closedLoop } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';
import { openEmmett } from '../peers/emmett.js';
import { openRawInsert } from '../peers/raw-insert.js';
import { openItemStore } from '../product/item-store.js';

interface Store {
  append(stream: string, version: number): Promise<void>;
  projected(): Promise<number>;
}

/** Connections of Emmett's pool by writers: of 10 (its default), 16 and 32 the fastest on two cores. */
const emmettConnections = (writers: number): number => (writers === 1 ? 10 : 16);

/** Each writer appends one event at a time to streams of its own, twenty events long. */
const appending = (store: Store, writers: number, ms: number, kept: Map<Store, number>) => {
  let run = 0;
  return async (): Promise<number> => {
    const of = ++run;
    const rate = await closedLoop(writers, ms, async (writer, turn) => {
      const stream = `issue/bench/${of}-${writer}/${Math.floor(turn / 20)}`;
      await store.append(stream, turn % 20);
      kept.set(store, (kept.get(store) ?? 0) + 1);
      return 1;
    });
    return rate;
  };
};

const verify = async (name: string, store: Store, kept: Map<Store, number>): Promise<void> => {
  const [appended, projected] = [kept.get(store) ?? 0, await store.projected()];
  if (appended !== projected) throw new Error(`${name}: ${appended} events appended, ${projected} in the read model`);
};

const HOW =
  'Events of 250 bytes of data, one an append, each with the expected version of its stream and one inline read model; ' +
  'the peer has the same, by its leanest raw SQL projection.';

const withWriters = async (context: BenchContext, writers: number): Promise<readonly Measured[]> => {
  const ms = context.size(3_000, 300);
  const url = await context.servers.database();
  const rig = await openItemStore(url);
  const emmett = await openEmmett(await context.servers.database(), emmettConnections(writers));
  const raw = await openRawInsert(url, 'conductor');
  const kept = new Map<Store, number>();
  try {
    const values = await alternate(context, {
      rig: appending(rig, writers, ms, kept),
      emmett: appending(emmett, writers, ms, kept),
      raw: () => closedLoop(1, ms, () => raw.insert()),
    });
    await verify('Rig', rig, kept);
    await verify('Emmett', emmett, kept);
    const name = writers === 1 ? '1 writer' : `${writers.toLocaleString('en-US')} writers`;
    const measured = (versus: string, other: readonly number[], aim: Aim | undefined): Measured => ({
      name: `${name}, beside ${versus}`,
      unit: 'events/s',
      values: values.rig,
      versus: { name: versus, values: other },
      ...(aim === undefined ? {} : { aim }),
      how: HOW,
      durability: POSTGRES_DURABILITY,
    });
    const aims =
      writers === 32
        ? ([
            { is: '≥', bound: 5 },
            { is: '≥', bound: 0.25 },
          ] as const)
        : ([] as const);
    return [
      measured('emmett-postgresql', values.emmett, aims[0]),
      measured('raw insert of 100 rows', values.raw, aims[1]),
    ];
  } finally {
    await raw.close();
    await emmett.close();
    await rig.close();
  }
};

export const append: Bench = {
  name: 'append',
  about: 'Durable events a second with an inline read model, beside Emmett on the same Postgres and a bare insert.',
  run: async (context) => {
    const measured: Measured[] = [];
    for (const writers of [1, 32, 1_000]) measured.push(...(await withWriters(context, writers)));
    return measured;
  },
};
