export interface Comment {
  readonly path: string;
  readonly line: number;
  readonly body: string;
}

/**
 * Lines of the new files that the forge takes comments on: those that a unified diff shows.
 * @param diff  `git diff --no-renames --no-prefix --unified=3`
 */
export const commentableLines = (diff: string): ReadonlyMap<string, ReadonlySet<number>> => {
  const files = new Map<string, Set<number>>();
  let lines: Set<number> | undefined;
  let next = 0;
  let left = 0;
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (left === 0 && text.startsWith('+++ ')) {
      lines = new Set();
      files.set(text.slice(4).replace(/\t$/, ''), lines);
    } else if (hunk !== null) {
      next = Number(hunk[1]);
      left = Number(hunk[2] ?? 1);
    } else if (left > 0 && (text.startsWith('+') || text.startsWith(' ') || text === '')) {
      lines?.add(next);
      next += 1;
      left -= 1;
    }
  }
  return files;
};

/** Comments that stand on a line of the diff, and the review's body with the other ones written out below it. */
export const placeComments = (
  comments: readonly Comment[],
  diff: string,
  body: string,
): { readonly placed: readonly Comment[]; readonly body: string } => {
  const lines = commentableLines(diff);
  const fits = ({ path, line }: Comment): boolean => lines.get(path)?.has(line) === true;
  const elsewhere = comments.filter((comment) => !fits(comment));
  const notes = elsewhere.map(({ path, line, body: text }) => `- \`${path}:${line}\`: ${text}`);
  return { placed: comments.filter(fits), body: [body, ...notes].join('\n\n') };
};
