export interface Page {
  readonly page: number;
  readonly perPage: number;
}

const number = (value: unknown, fallback: number, max: number): number => {
  const parsed = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : fallback;
  return Math.min(Math.max(parsed, 1), max);
};

/** `page` and `per_page` of a query: 30 by default, at most 100. */
export const pageOf = (query: Readonly<Record<string, unknown>>): Page => ({
  page: number(query['page'], 1, 100_000),
  perPage: number(query['per_page'], 30, 100),
});

export const slice = <T>(rows: readonly T[], { page, perPage }: Page): T[] =>
  rows.slice((page - 1) * perPage, page * perPage);

/** The Link header of a list of `total` rows, or undefined when one page holds all. */
export const linkHeader = (url: URL, { page, perPage }: Page, total: number): string | undefined => {
  const last = Math.max(1, Math.ceil(total / perPage));
  const to = (target: number, rel: string): string => {
    const next = new URL(url);
    next.searchParams.set('page', String(target));
    return `<${next.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  return links.length === 0 ? undefined : links.join(', ');
};
