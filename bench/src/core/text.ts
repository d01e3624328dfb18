import type { Figure } from './figure.js';

/** Three significant digits, thousands separated: 12,300 · 45.6 · 0.789. */
export const number = (value: number | null): string => {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: digits });
};

const range = (low: number | null, high: number | null): string =>
  low === null || high === null ? '' : ` (${number(low)}–${number(high)})`;

const verdict = ({ met }: Figure): string => (met === null ? '' : met ? 'met' : 'MISSED');

const ratioText = (figure: Figure): string =>
  figure.ratio === null ? '' : `${number(figure.ratio)}×${range(figure.ratioLow, figure.ratioHigh)}`;

/** The figure as one line for a terminal. */
export const line = (figure: Figure): string =>
  [
    `${figure.bench}: ${figure.name}`,
    `${number(figure.value)} ${figure.unit}${range(figure.low, figure.high)}`,
    figure.versus === null ? '' : `${figure.versus}: ${number(figure.versusValue)}`,
    ratioText(figure),
    figure.aim === null ? '' : `aim ${figure.aim} ${verdict(figure)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const tableOf = (figures: readonly Figure[]): readonly string[] => [
  row(['what', 'Rig', 'beside', 'ratio', 'aim', '']),
  row(['---', '---', '---', '---', '---', '---']),
  ...figures.map((figure) =>
    row([
      figure.name,
      `${number(figure.value)} ${figure.unit}${range(figure.low, figure.high)}`,
      figure.versus === null
        ? ''
        : `${figure.versus}: ${number(figure.versusValue)}${range(figure.versusLow, figure.versusHigh)}`,
      ratioText(figure),
      figure.aim ?? '',
      verdict(figure),
    ]),
  ),
];

const notesOf = (figures: readonly Figure[]): readonly string[] => {
  const notes = new Map<string, string[]>();
  for (const { name, how, durability } of figures) {
    const text = `${how} Durability: ${durability}`;
    notes.set(text, [...(notes.get(text) ?? []), name]);
  }
  return [...notes].map(([text, names]) => `- ${names.join('; ')}: ${text}`);
};

/** What stands above the table of a section. */
export interface SectionHead {
  readonly name: string;
  readonly about: string;
  readonly command: string;
  /** YYYY-MM-DD */
  readonly date: string;
  /** Load average when it began. */
  readonly load: number;
  readonly machine: string;
  readonly rounds: number;
}

/** One section of docs/benchmarks.md. */
export const section = (head: SectionHead, figures: readonly Figure[]): string =>
  [
    `## ${head.name}`,
    '',
    head.about,
    '',
    `\`${head.command}\` on ${head.date}, load ${head.load} before it began; ${head.machine}. Median of ${head.rounds} ` +
      'rounds in turns, least and greatest in brackets.',
    '',
    ...tableOf(figures),
    '',
    ...notesOf(figures),
  ].join('\n');

const mark = (name: string): readonly [string, string] => [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];

/** The page with the text between a section's marks replaced; a section without marks is put at the end. */
export const replaceSection = (page: string, name: string, text: string): string => {
  const [open, close] = mark(name);
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  const made = `${open}\n\n${text}\n\n${close}`;
  return from < 0 || to < from
    ? `${page.trimEnd()}\n\n${made}\n`
    : page.slice(0, from) + made + page.slice(to + close.length);
};
