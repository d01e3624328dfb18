/** Terminal colours; `plain` when the output is no terminal or NO_COLOR is set. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  strong(text: string): string;
  dim(text: string): string;
}

const same = (text: string): string => text;
const code =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`;

export const plain: Palette = { good: same, bad: same, strong: same, dim: same };
export const coloured: Palette = { good: code(32, 39), bad: code(31, 39), strong: code(1, 22), dim: code(2, 22) };

/** Text of people and models for a terminal: one line, no control characters, at most `max` characters. */
export const oneLine = (text: string, max = 200): string => {
  const clean = [...text]
    .map((char) => {
      const point = char.codePointAt(0) ?? 0;
      return point < 32 || (point >= 127 && point < 160) ? ' ' : char;
    })
    .join('')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`;
};

/** `12.3 s`, or `4 min 05 s` from two minutes on. */
export const duration = (ms: number): string => {
  if (ms < 120_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** Rows in columns, two spaces apart, the last column unpadded; an empty table says `none`. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  if (rows.length === 0) return ['none'];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};
