import type { Delivery, Issue, Label, Pull, Repo, User } from '../core/model.js';
import { labelKey, loginKey, numberKey, repoKey, type Table, type World } from '../core/world.js';
import { openJournal, type Journal, type JournalOp } from './journal.js';

interface KeptTable<T> extends Table<T> {
  load(key: string, row: T | null): void;
  ops(): IterableIterator<JournalOp>;
}

const createTable = <T>(name: string, journal: Journal, keyOf: (row: T) => string | number): KeptTable<T> => {
  const rows = new Map<string, T>();
  return {
    get: (key) => rows.get(String(key)),
    put: (row) => {
      const key = String(keyOf(row));
      rows.set(key, row);
      journal.add([name, key, row]);
      return row;
    },
    remove: (key) => {
      if (rows.delete(String(key))) journal.add([name, String(key), null]);
    },
    all: () => rows.values(),
    where: (test) => {
      const found: T[] = [];
      for (const row of rows.values()) if (test(row)) found.push(row);
      return found;
    },
    load: (key, row) => {
      if (row === null) rows.delete(key);
      else rows.set(key, row);
    },
    *ops() {
      for (const [key, row] of rows) yield [name, key, row] satisfies JournalOp;
    },
  };
};

type RowOf<K extends keyof World> = World[K] extends Table<infer T> ? T : never;

const byId = (row: { readonly id: number }): number => row.id;

const createTables = (journal: Journal) => ({
  users: createTable<User>('users', journal, (row) => loginKey(row.login)),
  apps: createTable<RowOf<'apps'>>('apps', journal, byId),
  installations: createTable<RowOf<'installations'>>('installations', journal, byId),
  tokens: createTable<RowOf<'tokens'>>('tokens', journal, (row) => row.hash),
  repos: createTable<Repo>('repos', journal, (row) => repoKey(row.owner, row.name)),
  labels: createTable<Label>('labels', journal, (row) => labelKey(row.repoId, row.name)),
  issues: createTable<Issue>('issues', journal, (row) => numberKey(row.repoId, row.number)),
  pulls: createTable<Pull>('pulls', journal, (row) => numberKey(row.repoId, row.number)),
  comments: createTable<RowOf<'comments'>>('comments', journal, byId),
  issueEvents: createTable<RowOf<'issueEvents'>>('issueEvents', journal, byId),
  reviews: createTable<RowOf<'reviews'>>('reviews', journal, byId),
  reviewComments: createTable<RowOf<'reviewComments'>>('reviewComments', journal, byId),
  threads: createTable<RowOf<'threads'>>('threads', journal, byId),
  checkRuns: createTable<RowOf<'checkRuns'>>('checkRuns', journal, byId),
  checkSuites: createTable<RowOf<'checkSuites'>>('checkSuites', journal, byId),
  statuses: createTable<RowOf<'statuses'>>('statuses', journal, byId),
  deliveries: createTable<Delivery>('deliveries', journal, byId),
});

export interface Store {
  readonly world: World;
  /** Everything changed so far is on its way to the disk when this returns. */
  flush(): void;
  close(): void;
}

/** Ids are handed out in blocks, so that the journal is not told of each. */
const idBlock = 1000;

/** Deliveries beyond this many are forgotten at the next start. */
const keptDeliveries = 5000;

/** Opens the forge's rows in a folder. */
export const openStore = (dir: string): Store => {
  const journal = openJournal(dir);
  const tables = createTables(journal);
  const byName = new Map<string, { load(key: string, row: never): void }>(Object.entries(tables));
  let next = 1000;
  let reserved = 1000;
  for (const [table, key, row] of journal.kept) {
    if (table === 'ids') next = Number(key);
    // Rows come back as this process wrote them; only the journal's own shape is checked.
    else byName.get(table)?.load(String(key), row as never);
  }
  reserved = next;
  const nextId = (): number => {
    if (next >= reserved) {
      reserved = next + idBlock;
      journal.add(['ids', reserved, null]);
    }
    next += 1;
    return next;
  };

  const old = [...tables.deliveries.all()].slice(0, -keptDeliveries);
  for (const row of old) tables.deliveries.load(String(row.id), null);
  journal.compact(
    (function* () {
      yield ['ids', next, null] satisfies JournalOp;
      for (const table of Object.values(tables)) yield* table.ops();
    })(),
  );
  return { world: { ...tables, nextId }, flush: () => journal.flush(), close: () => journal.close() };
};
