/** The forge's rows. Times are GitHub's: ISO 8601 in UTC with whole seconds. */
export * from './model-reviews.js';

export type Level = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Level>>;
export type CollaboratorRole = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly name: string;
  readonly email: string;
  readonly siteAdmin: boolean;
  /** SHA-256 of the personal token, or null for bots and organizations. */
  readonly tokenHash: string | null;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly publicKeyPem: string;
  readonly permissions: Permissions;
  /** Event names, or `*` for all. */
  readonly events: readonly string[];
  readonly hook: { readonly id: number; readonly url: string; readonly secret: string } | null;
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly owner: string;
  readonly createdAt: string;
}

export interface InstallationToken {
  readonly hash: string;
  readonly installationId: number;
  /** null: every repository of the installation. */
  readonly repositoryIds: readonly number[] | null;
  readonly permissions: Permissions;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Protection {
  readonly requiredChecks: readonly string[];
  /** The head must contain the base before it is merged. */
  readonly strict: boolean;
  readonly approvals: number;
  readonly codeOwnerReviews: boolean;
  readonly dismissStale: boolean;
}

export interface Ruleset {
  readonly id: number;
  readonly name: string;
  /** Branch names, or `~DEFAULT_BRANCH`, or `~ALL`. */
  readonly branches: readonly string[];
  readonly protection: Protection;
}

export interface CiConfig {
  readonly check: string;
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}

export interface Repo {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly collaborators: Readonly<Record<string, CollaboratorRole>>;
  readonly protections: Readonly<Record<string, Protection>>;
  readonly rulesets: readonly Ruleset[];
  readonly ci: CiConfig | null;
  readonly nextNumber: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

export interface Label {
  readonly id: number;
  readonly repoId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** An issue, or the issue half of a pull request. */
export interface Issue {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly isPull: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly author: string;
  readonly state: 'open' | 'closed';
  readonly stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
}

/** The rest of a pull request; head and base are branches of the same repository. */
export interface Pull {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergedAt: string | null;
  readonly mergedBy: string | null;
  readonly mergeCommitSha: string | null;
  readonly requestedReviewers: readonly string[];
  /** Written before the base branch moves, so that a restart can finish what a kill cut in two. */
  readonly pendingMerge: { readonly commit: string; readonly by: string } | null;
}

export interface Comment {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface IssueEvent {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly event: string;
  readonly actor: string;
  readonly label: string | null;
  readonly commitId: string | null;
  readonly createdAt: string;
}

export interface Delivery {
  readonly id: number;
  readonly appId: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  /** The payload's JSON, deflated, in base64. */
  readonly body: string;
  readonly createdAt: string;
  /** null until it was attempted. */
  readonly deliveredAt: string | null;
  /** Seconds. */
  readonly duration: number;
  readonly status: string;
  /** 0 until answered. */
  readonly statusCode: number;
  readonly responseBody: string;
}

/** One commit, as read from git. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly committer: { readonly name: string; readonly email: string; readonly date: string };
}

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
  readonly sha: string;
}
