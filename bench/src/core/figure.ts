import { spreadOf } from './stats.js';

/** What a ratio should be: at least, or at most. */
export interface Aim {
  readonly is: '≥' | '≤';
  readonly bound: number;
  /** What is bounded; by default the ratio. */
  readonly of?: 'ratio' | 'value';
}

/** The measured thing of one bench, and what it is measured beside. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  /** One value for each round, in order. */
  readonly values: readonly number[];
  readonly versus?: { readonly name: string; readonly values: readonly number[] };
  readonly aim?: Aim;
  /** How it was measured, in one or two sentences. */
  readonly how: string;
  /** What is on disk when a thing counts as done. */
  readonly durability: string;
}

/** One line of the result: what `rig bench --json` prints. */
export interface Figure {
  readonly bench: string;
  readonly name: string;
  /** Median of the rounds. */
  readonly value: number;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** The peer or floor that was measured in turns with it; null where there is none. */
  readonly versus: string | null;
  readonly versusValue: number | null;
  readonly versusLow: number | null;
  readonly versusHigh: number | null;
  /** value / versusValue. */
  readonly ratio: number | null;
  /** Least and greatest ratio of two neighbouring rounds. */
  readonly ratioLow: number | null;
  readonly ratioHigh: number | null;
  readonly aim: string | null;
  readonly met: boolean | null;
  readonly rounds: number;
  readonly how: string;
  readonly durability: string;
}

const aimText = ({ is, bound, of }: Aim, unit: string): string =>
  of === 'value' ? `${is} ${bound} ${unit}` : `${is} ${bound}×`;

const holds = ({ is, bound }: Aim, value: number): boolean => (is === '≥' ? value >= bound : value <= bound);

/** Medians, spreads, the ratio and whether the aim is met. */
export const figureOf = (bench: string, measured: Measured): Figure => {
  const { name, unit, values, versus, aim, how, durability } = measured;
  const own = spreadOf(values);
  const other = versus && spreadOf(versus.values);
  const ratio = other === undefined ? null : own.median / other.median;
  const pairs = versus && spreadOf(values.map((value, round) => value / (versus.values[round] ?? Number.NaN)));
  const judged = aim?.of === 'value' ? own.median : ratio;
  return {
    bench,
    name,
    value: own.median,
    unit,
    low: own.low,
    high: own.high,
    versus: versus?.name ?? null,
    versusValue: other?.median ?? null,
    versusLow: other?.low ?? null,
    versusHigh: other?.high ?? null,
    ratio,
    ratioLow: pairs?.low ?? null,
    ratioHigh: pairs?.high ?? null,
    aim: aim === undefined ? null : aimText(aim, unit),
    met: aim === undefined || judged === null ? null : holds(aim, judged),
    rounds: values.length,
    how,
    durability,
  };
};
