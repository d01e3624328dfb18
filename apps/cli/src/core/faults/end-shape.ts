import type { EndState } from './end-state.js';

type Row = Readonly<Record<string, unknown>>;

const rowsOf = (state: EndState, kind: string): readonly (readonly [key: string, row: Row])[] =>
  [...state].flatMap(([key, row]) =>
    key.startsWith(`${kind} `) && typeof row === 'object' && row !== null ? [[key, { ...row }] as const] : [],
  );

/** What must be the same of every issue and pull request at the end, whatever happened on the way. */
const ISSUE_FIELDS = ['phase', 'open', 'task', 'block', 'assignments'];
const PULL_FIELDS = ['status', 'review', 'fix', 'merging'];

const shapeOf = (row: Row | undefined, fields: readonly string[]): string =>
  fields.map((name) => `${name}: ${JSON.stringify(row?.[name] ?? null)}`).join(', ');

export interface EndShapes {
  /** How issues ended, and which ones did so. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
  /** What is still open: live tasks, and pull requests of nobody's issue. */
  readonly left: readonly string[];
}

/** Read models at the end of a run, told by how they ended instead of by their names, numbers and commits. */
export const endShapes = (state: EndState): EndShapes => {
  const pulls = new Map(rowsOf(state, 'pull').map(([, row]) => [row['number'], row]));
  const ends = new Map<string, string[]>();
  for (const [, issue] of rowsOf(state, 'issue')) {
    const pull = pulls.get(issue['pr']);
    const shape = `${shapeOf(issue, ISSUE_FIELDS)}; ${shapeOf(pull, PULL_FIELDS)}`;
    ends.set(shape, [...(ends.get(shape) ?? []), `#${String(issue['number'])}`]);
  }
  const owned = new Set(rowsOf(state, 'issue').map(([, issue]) => issue['pr']));
  return {
    ends,
    left: [
      ...rowsOf(state, 'task').flatMap(([key, task]) => (task['live'] === true ? [`${key} is live`] : [])),
      ...[...pulls.keys()].flatMap((number) => (owned.has(number) ? [] : [`#${String(number)} belongs to no issue`])),
    ],
  };
};
