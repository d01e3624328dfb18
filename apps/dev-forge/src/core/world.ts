import type {
  App,
  CheckRun,
  CheckSuite,
  Comment,
  CommitStatus,
  Delivery,
  Installation,
  InstallationToken,
  Issue,
  IssueEvent,
  Label,
  Pull,
  Repo,
  Review,
  ReviewComment,
  ReviewThread,
  User,
} from './model.js';

/** Rows by key, in the order in which they were first put. */
export interface Table<T> {
  get(key: string | number): T | undefined;
  put(row: T): T;
  remove(key: string | number): void;
  all(): IterableIterator<T>;
  where(test: (row: T) => boolean): T[];
}

export interface World {
  readonly users: Table<User>;
  readonly apps: Table<App>;
  readonly installations: Table<Installation>;
  readonly tokens: Table<InstallationToken>;
  readonly repos: Table<Repo>;
  readonly labels: Table<Label>;
  readonly issues: Table<Issue>;
  readonly pulls: Table<Pull>;
  readonly comments: Table<Comment>;
  readonly issueEvents: Table<IssueEvent>;
  readonly reviews: Table<Review>;
  readonly reviewComments: Table<ReviewComment>;
  readonly threads: Table<ReviewThread>;
  readonly checkRuns: Table<CheckRun>;
  readonly checkSuites: Table<CheckSuite>;
  readonly statuses: Table<CommitStatus>;
  readonly deliveries: Table<Delivery>;
  nextId(): number;
}

/** Primary keys. Logins and repository names are case-insensitive, as on GitHub. */
export const loginKey = (login: string): string => login.toLowerCase();
export const repoKey = (owner: string, name: string): string => `${owner}/${name}`.toLowerCase();
export const numberKey = (repoId: number, number: number): string => `${repoId}#${number}`;
export const labelKey = (repoId: number, name: string): string => `${repoId}:${name.toLowerCase()}`;

export const fullName = (repo: Repo): string => `${repo.owner}/${repo.name}`;

export const repoById = (world: World, id: number): Repo | undefined => {
  for (const repo of world.repos.all()) if (repo.id === id) return repo;
  return undefined;
};

/** The bot user of an App. */
export const botLogin = (slug: string): string => `${slug}[bot]`;

export const installationsOn = (world: World, repo: Repo): Installation[] =>
  world.installations.where((row) => loginKey(row.owner) === loginKey(repo.owner));
