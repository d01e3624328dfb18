/** What a webhook delivery says about the forge, in Rig's words: times in ISO 8601 UTC with milliseconds. */

interface About {
  readonly repo: string;
  /** Login of whoever did it. */
  readonly actor: string;
  /** GitHub's word for what happened. */
  readonly action: string;
}

export interface IssueObservation extends About {
  readonly kind: 'issue';
  readonly number: number;
  /** The label that a `labeled` or `unlabeled` action is about. */
  readonly label: string | null;
  readonly issue: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
    readonly author: string;
    readonly state: 'open' | 'closed';
    readonly createdAt: string;
    readonly updatedAt: string;
  };
}

export interface PullObservation extends About {
  readonly kind: 'pull';
  readonly number: number;
  readonly pull: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
    readonly author: string;
    readonly state: 'open' | 'closed';
    readonly merged: boolean;
    readonly mergeCommit: string | null;
    readonly draft: boolean;
    readonly headRef: string;
    readonly headSha: string;
    /** The head lies in another repository: its branch name proves nothing. */
    readonly fromFork: boolean;
    readonly baseRef: string;
    readonly defaultBranch: string;
    readonly createdAt: string;
    readonly updatedAt: string;
  };
}

export interface ReviewObservation extends About {
  readonly kind: 'review';
  readonly number: number;
  readonly review: {
    readonly id: string;
    readonly by: string;
    readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
    readonly headSha: string;
    readonly body: string;
    readonly submittedAt: string;
  };
}

export interface ThreadObservation extends About {
  readonly kind: 'thread';
  readonly number: number;
  readonly thread: {
    readonly id: string;
    readonly resolved: boolean;
    readonly path: string;
    readonly by: string;
    readonly body: string;
  };
}

export interface CheckObservation {
  readonly kind: 'check';
  readonly repo: string;
  readonly headSha: string;
  /** Pull requests the forge names; empty when it names none. */
  readonly pulls: readonly number[];
  readonly check: {
    readonly name: string;
    /** Larger for later runs. */
    readonly runId: string;
    readonly state: 'pending' | 'passed' | 'failed';
    readonly conclusion: string | null;
    readonly summary: string;
  };
}

export interface PushObservation {
  readonly kind: 'push';
  readonly repo: string;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** As the forge writes it; empty where it says nothing. */
  readonly pushedAt: string;
  readonly actor: string;
  readonly toDefaultBranch: boolean;
}

/** A delivery, or a part of one, that changes nothing, and the stable code that says why. */
export interface IgnoredObservation {
  readonly kind: 'ignored';
  readonly reason: string;
}

export type Observation =
  | IssueObservation
  | PullObservation
  | ReviewObservation
  | ThreadObservation
  | CheckObservation
  | PushObservation
  | IgnoredObservation;
