import type { Measured } from '../core/figure.js';
import { median } from '../core/stats.js';
import { alternate } from '../harness/alternate.js';
import type { Bench, BenchContext } from '../harness/bench.js';
import { POSTGRES_DURABILITY } from '../harness/servers.js';
import { openAgedRig, type AgedRig, type Age } from '../product/aged-rig.js';

const HOW =
  'Past issues of 19 events each lie in the log and in the read models, loaded by COPY. Rigs of each age stand in one ' +
  'Postgres and are measured in turns. Append: issues filed and approved (3 events an append, every read model of the ' +
  'conductor inline), 32 at once. Claim: as many of them are asked for by agents over the claim flow, 16 at once. ' +
  'Dispatch: one issue after the other from its append by the dispatcher’s board and planner and the conductor’s ' +
  'decision to the committed assignment, in one process, median.';

/** The same thing may cost so many times what it costs at the smallest. */
const WITHIN = 1.5;
/** A rate may fall to 1 / 1.5. */
const LEAST_RATE = 0.67;

const MEASURES = [
  { name: 'append', unit: 'events/s', run: (rig: AgedRig, size: number) => rig.append(size) },
  { name: 'claim', unit: 'assignments/s', run: (rig: AgedRig, size: number) => rig.claim(size) },
  {
    name: 'dispatch',
    unit: 'ms',
    run: async (rig: AgedRig, size: number) => median(await rig.dispatch(Math.ceil(size / 4))),
  },
] as const;

const text = (value: number): string => value.toLocaleString('en-US');
const pastText = ({ past }: Age): string => `${text(past)} past issues`;
const crewText = ({ agents }: Age): string => `${text(agents)} agents`;

/** Rigs that differ in one thing, each beside the smallest. */
const compare = async (context: BenchContext, ages: readonly Age[], label: (age: Age) => string) => {
  const rigs = new Map<string, AgedRig>();
  const measured: Measured[] = [];
  try {
    for (const age of ages) {
      context.say(`  loading ${label(age)}`);
      rigs.set(label(age), await openAgedRig(await context.servers.database(), age));
    }
    const [smallest] = rigs.keys();
    for (const { name, unit, run } of MEASURES) {
      const sides = [...rigs].map(([side, rig]) => [side, () => run(rig, context.size(300, 40))] as const);
      const values = await alternate(context, Object.fromEntries(sides));
      for (const side of rigs.keys()) {
        if (side === smallest) continue;
        measured.push({
          name: `${name}, ${side}`,
          unit,
          values: values[side] ?? [],
          versus: { name: smallest ?? '', values: values[smallest ?? ''] ?? [] },
          aim: unit === 'ms' ? { is: '≤', bound: WITHIN } : { is: '≥', bound: LEAST_RATE },
          how: HOW,
          durability: POSTGRES_DURABILITY,
        });
      }
    }
    return measured;
  } finally {
    for (const rig of rigs.values()) await rig.close();
  }
};

const run = async (context: BenchContext): Promise<readonly Measured[]> => {
  const pasts = context.quick ? [50, 200, 1_000] : [1_000, 10_000, 100_000, ...(context.large ? [1_000_000] : [])];
  const crews = [10, 100, 1_000];
  const past = context.size(1_000, 50);
  return [
    ...(await compare(
      context,
      pasts.map((each) => ({ past: each, agents: 100 })),
      pastText,
    )),
    ...(await compare(
      context,
      crews.map((agents) => ({ past, agents })),
      crewText,
    )),
  ];
};

export const scale: Bench = {
  name: 'scale',
  about: 'Appends, claims and dispatch as the past and the number of agents grow, beside the smallest of each.',
  run,
};
