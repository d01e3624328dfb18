/** What Rig needs of a forge. One implementation talks to GitHub and to dev-forge alike; only the base URL differs. */

export interface ForgeIssue {
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly state: 'open' | 'closed';
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ForgePull {
  readonly repo: string;
  readonly number: number;
  readonly nodeId: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly mergeCommit: string | null;
  readonly mergedBy: string | null;
  readonly draft: boolean;
  readonly headRef: string;
  readonly headSha: string;
  /** owner/name of the repository the head is in: another one for a fork, null if that is gone. */
  readonly headRepo?: string | null;
  readonly baseRef: string;
  /** null while the forge is still working it out. */
  readonly mergeable: boolean | null;
  /** 0 in listings, where the forge does not say. */
  readonly changedFiles: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ForgeReview {
  readonly id: string;
  readonly by: string;
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  readonly headSha: string;
  readonly body: string;
  readonly submittedAt: string;
}

export interface ForgeThread {
  readonly id: string;
  readonly resolved: boolean;
  readonly path: string;
  readonly line: number | null;
  readonly by: string;
  readonly body: string;
}

/** One check on a commit: a check run or a commit status. */
export interface ForgeCheck {
  readonly name: string;
  readonly source: 'check-run' | 'status';
  readonly runId: string;
  readonly state: 'pending' | 'passed' | 'failed';
  /** The forge's own word, e.g. `failure`, `timed_out`. */
  readonly conclusion: string | null;
  readonly summary: string;
}

/** All that the merge gate asks about one pull request, read at one time. */
export interface ForgePullView {
  readonly pull: ForgePull;
  readonly reviews: readonly ForgeReview[];
  readonly threads: readonly ForgeThread[];
  readonly checks: readonly ForgeCheck[];
  /** Names of required checks, from branch protection and rulesets together. */
  readonly requiredChecks: readonly string[];
  /** Whether the branch must be up to date with its base, and how far it is behind. */
  readonly strict: boolean;
  readonly behindBy: number;
  /** Changed paths with their code owners (logins or teams, with @); paths without owners are left out. */
  readonly ownedPaths: readonly { readonly path: string; readonly owners: readonly string[] }[];
}

export type MergeOutcome =
  | { readonly status: 'merged'; readonly mergeCommit: string }
  | {
      readonly status: 'refused';
      readonly code: 'HEAD_MOVED' | 'NOT_MERGEABLE' | 'NOT_ALLOWED';
      readonly message: string;
    };

/** One delivery of the App's webhook. */
export interface ForgeDelivery {
  /** Of its last attempt. */
  readonly id: string;
  readonly guid: string;
  /** Whether any attempt was answered with 2xx. */
  readonly arrived: boolean;
}

/** The conductor's view of a repository, through its installation. */
export interface Forge {
  issue(repo: string, number: number): Promise<ForgeIssue | undefined>;
  pull(repo: string, number: number): Promise<ForgePull | undefined>;
  pullView(repo: string, number: number): Promise<ForgePullView | undefined>;
  reviews(repo: string, number: number): Promise<readonly ForgeReview[]>;
  threads(repo: string, number: number): Promise<readonly ForgeThread[]>;
  checks(repo: string, sha: string): Promise<readonly ForgeCheck[]>;
  /** Open issues; with `since` all that were touched since then, closed ones too. The longest untouched first. */
  listIssues(repo: string, since?: string): Promise<readonly ForgeIssue[]>;
  openPulls(repo: string): Promise<readonly ForgePull[]>;
  /** Permission of a person: who may approve work. */
  permission(repo: string, login: string): Promise<'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'>;
  /** Who put a label on an issue last; undefined when nobody did. */
  labelledBy(repo: string, number: number, label: string): Promise<string | undefined>;
  /** The default branch; `recent`: as it was at most five minutes ago. */
  defaultBranch(repo: string, how?: 'now' | 'recent'): Promise<string>;
  /** Repositories of the installation, as owner/name. */
  repositories(): Promise<readonly string[]>;
  mergeSquash(repo: string, number: number, headSha: string, title: string, message: string): Promise<MergeOutcome>;
  updateBranch(repo: string, number: number, headSha: string): Promise<void>;
  closeIssue(repo: string, number: number): Promise<void>;
  /**
   * Comments on an issue or pull request. With `once` (a key such as an event id) a comment made with the same key is
   * found and not made again, so that the call may be repeated after an unknown outcome.
   */
  comment(repo: string, number: number, body: string, once?: string): Promise<void>;
  addLabels(repo: string, number: number, labels: readonly string[]): Promise<void>;
  /** Deliveries of the App's webhook, newest first, one per GUID, and the way to ask for one again. */
  deliveries(since: string): Promise<readonly ForgeDelivery[]>;
  redeliver(id: string): Promise<void>;
  rateBudget(): { readonly limit: number; readonly remaining: number; readonly resetAt: string } | undefined;
}

/** What a worker does with its task-scoped token. */
export interface WorkerForge {
  createPull(
    repo: string,
    input: { title: string; body: string; head: string; base: string; draft: boolean },
  ): Promise<ForgePull>;
  /** The open pull request from a branch, if there is one (a second attempt finds the first one's). */
  findPull(repo: string, head: string): Promise<ForgePull | undefined>;
  markReady(nodeId: string): Promise<void>;
  pull(repo: string, number: number): Promise<ForgePull | undefined>;
  threads(repo: string, number: number): Promise<readonly ForgeThread[]>;
  review(
    repo: string,
    number: number,
    input: {
      headSha: string;
      verdict: 'approve' | 'request-changes' | 'comment';
      body: string;
      comments: readonly { path: string; line: number; body: string }[];
    },
  ): Promise<ForgeReview>;
  resolveThread(threadId: string): Promise<void>;
  reply(repo: string, number: number, body: string): Promise<void>;
}

/** Installation tokens: one repository, named permissions, an hour at most. */
export interface TokenMinter {
  /** The login as which an App's commits and reviews appear. */
  login(role: 'author' | 'reviewer'): Promise<string>;
  mint(repo: string, role: 'author' | 'reviewer'): Promise<{ token: string; expiresAt: string; login: string }>;
  revoke(token: string): Promise<void>;
}
