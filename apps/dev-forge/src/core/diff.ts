import type { DiffSide } from './model.js';

/** A line of a file's diff: `position` counts from 1 below the first hunk header, hunk headers included. */
export interface DiffLine {
  readonly side: DiffSide;
  readonly line: number;
  readonly position: number;
  /** The hunk down to and including this line, as comments quote it. */
  readonly hunk: string;
}

/** Splits the output of `git diff` into patches by (new) path. The patch begins at the first hunk header. */
export const splitPatches = (text: string): Map<string, string> => {
  const patches = new Map<string, string>();
  for (const part of text.split(/^diff --git /m).slice(1)) {
    const start = part.search(/^@@ /m);
    const path = /^\+\+\+ b\/(.*)$/m.exec(part)?.[1] ?? /^--- a\/(.*)$/m.exec(part)?.[1];
    if (start >= 0 && path !== undefined) patches.set(path.replace(/\t$/, ''), part.slice(start).replace(/\n$/, ''));
  }
  return patches;
};

/** All lines of a patch on which a review comment can stand: context lines count on both sides. */
export const diffLines = (patch: string): DiffLine[] => {
  const lines: DiffLine[] = [];
  let [left, right, position, hunk] = [0, 0, -1, ''];
  for (const text of patch.split('\n')) {
    position += 1;
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (header !== null) {
      [left, right, hunk] = [Number(header[1]), Number(header[2]), text];
      continue;
    }
    if (text.startsWith('\\')) continue;
    hunk += `\n${text}`;
    const mark = text[0] ?? ' ';
    if (mark !== '+') lines.push({ side: 'LEFT', line: left, position, hunk });
    if (mark !== '-') lines.push({ side: 'RIGHT', line: right, position, hunk });
    if (mark !== '+') left += 1;
    if (mark !== '-') right += 1;
  }
  return lines;
};

export const lineAt = (patch: string, side: DiffSide, line: number): DiffLine | undefined =>
  diffLines(patch).find((row) => row.side === side && row.line === line);

export const lineAtPosition = (patch: string, position: number): DiffLine | undefined =>
  diffLines(patch)
    .filter((row) => row.position === position)
    .at(-1);
