import { object, type Args, type GraphqlObject } from '../../flows/execute-graphql.js';

const size = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, 100) : undefined;

const cursorAt = (value: unknown): number | undefined => {
  const index = typeof value === 'string' ? Number(/^c:(\d+)$/.exec(value)?.[1] ?? NaN) : NaN;
  return Number.isNaN(index) ? undefined : index;
};

/** A list in GraphQL's connection form; cursors are positions in the list. */
export const connection = <T>(
  type: string,
  rows: readonly T[],
  { first, last, after, before }: Args,
  show: (row: T) => unknown,
): GraphqlObject => {
  let from = (cursorAt(after) ?? -1) + 1;
  let to = cursorAt(before) ?? rows.length;
  const [head, tail] = [size(first), size(last)];
  if (head !== undefined) to = Math.min(to, from + head);
  if (tail !== undefined) from = Math.max(from, to - tail);
  const page = rows.slice(from, to);
  const cursor = (index: number): string => `c:${index}`;
  return object(`${type}Connection`, {
    totalCount: rows.length,
    nodes: () => page.map(show),
    edges: () =>
      page.map((row, index) => object(`${type}Edge`, { cursor: cursor(from + index), node: () => show(row) })),
    pageInfo: object('PageInfo', {
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
      startCursor: page.length === 0 ? null : cursor(from),
      endCursor: page.length === 0 ? null : cursor(to - 1),
    }),
  });
};
