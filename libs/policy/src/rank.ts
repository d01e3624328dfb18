/** What decides the order in which ready issues are worked on. */
export interface Rankable {
  /** 0 is the most urgent. */
  readonly priority: number;
  /** ISO 8601 UTC. */
  readonly openedAt: string;
  /** Breaks ties, so that every evaluator has the same order. */
  readonly subject: string;
}

/** Order for sorting: priority label first, then age, then name. */
export const rank = (a: Rankable, b: Rankable): number =>
  a.priority - b.priority || compare(a.openedAt, b.openedAt) || compare(a.subject, b.subject);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The priority a set of labels means: the most urgent of P0 to P3, P2 without one. */
export const priorityOf = (labels: readonly string[]): number => {
  const named = labels.flatMap((label) => (/^P[0-3]$/i.test(label) ? [Number(label[1])] : []));
  return named.length === 0 ? 2 : Math.min(...named);
};
