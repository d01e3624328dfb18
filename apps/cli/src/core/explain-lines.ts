import { oneLine, type Palette } from './format.js';

interface Statement {
  readonly text: string;
  readonly positions: readonly number[];
}

interface Explained {
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly phase: string;
  readonly where: readonly Statement[];
  readonly why: readonly Statement[];
  readonly waitsFor: readonly Statement[];
  readonly clearedBy: readonly Statement[];
}

const sentence = ({ text, positions }: Statement, palette: Palette): string => {
  const cited = positions.length === 0 ? '' : ` ${palette.dim(`[${positions.join(', ')}]`)}`;
  return `  - ${oneLine(text, 400)}${cited}`;
};

const section = (title: string, statements: readonly Statement[], palette: Palette): readonly string[] =>
  statements.length === 0
    ? []
    : [palette.strong(title), ...statements.map((statement) => sentence(statement, palette))];

/** An explanation for people; numbers in brackets are positions in the event log. */
export const explainLines = (explained: Explained, palette: Palette): readonly string[] => [
  palette.strong(`${explained.repo}#${explained.number} ${oneLine(explained.title)}: ${explained.phase}`),
  ...section('Where', explained.where, palette),
  ...section('Why', explained.why, palette),
  ...section('Waits for', explained.waitsFor, palette),
  ...section('Who can clear it', explained.clearedBy, palette),
  palette.dim('[n]: position in the event log; `rig events --after <n-1> --limit 1` shows it.'),
];
