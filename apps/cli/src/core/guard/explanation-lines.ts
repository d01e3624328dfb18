import { readable, type Explanation } from '@rig/guard';
import { oneLine, type Palette } from '../format.js';
import { decisionLines } from './decision-lines.js';

const factLine = ({ fact, via }: Explanation['facts'][number]): string => {
  const { kind, ...rest } = fact;
  const where = via.length === 0 ? '' : ` (through ${via.map((step) => oneLine(step, 60)).join(' > ')})`;
  return `  ${kind} ${oneLine(readable(JSON.stringify(rest)), 300)}${where}`;
};

const section = (title: string, lines: readonly string[], palette: Palette): readonly string[] => [
  palette.strong(title),
  ...(lines.length === 0 ? ['  none'] : lines),
];

/** How a decision comes about: the parse, the way in, what was found out, the decision. */
export const explanationLines = (explained: Explanation, palette: Palette): readonly string[] => [
  ...section(
    'Parse',
    // Indentation is the tree: kept.
    explained.parse.map((line) => `  ${/^ */.exec(line)?.[0] ?? ''}${oneLine(line, 200)}`),
    palette,
  ),
  ...section(
    'Found through',
    explained.chain.map((step, depth) => `  ${'  '.repeat(depth)}${oneLine(step, 200)}`),
    palette,
  ),
  ...section('Facts', explained.facts.map(factLine), palette),
  ...section(
    'Decision',
    decisionLines(explained.decision, palette).map((line) => `  ${line}`),
    palette,
  ),
];
