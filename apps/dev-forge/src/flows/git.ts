import type { ChangedFile, Commit, Repo } from '../core/model.js';

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number;
  readonly path: string;
}

export interface Comparison {
  readonly mergeBase: string | null;
  readonly aheadBy: number;
  readonly behindBy: number;
}

/** What the forge asks of git. Every sha is a full one; names of refs are checked before they come here. */
export interface Git {
  /** All refs, peeled to commits; kept in memory and right as long as only the forge writes. */
  refs(repo: Repo): Promise<ReadonlyMap<string, string>>;
  /** Reads the refs again. */
  refresh(repo: Repo): Promise<ReadonlyMap<string, string>>;
  /** The commit of a branch, tag or sha. */
  resolve(repo: Repo, revision: string): Promise<string | undefined>;
  commit(repo: Repo, sha: string): Promise<Commit | undefined>;
  /** Commits of `head` that are not in `base`, newest first, at most `limit`. */
  log(repo: Repo, base: string | null, head: string, limit: number): Promise<readonly Commit[]>;
  compare(repo: Repo, base: string, head: string): Promise<Comparison>;
  changedFiles(repo: Repo, base: string, head: string): Promise<readonly ChangedFile[]>;
  /** Patches by path, with three lines of context. */
  patches(repo: Repo, base: string, head: string): Promise<ReadonlyMap<string, string>>;
  /** The tree of a merge, or undefined if it conflicts. */
  mergeTree(repo: Repo, base: string, head: string): Promise<string | undefined>;
  commitTree(
    repo: Repo,
    input: {
      readonly tree: string;
      readonly parents: readonly string[];
      readonly message: string;
      readonly author: Signature;
      readonly committer: Signature;
      /** Seconds since 1970. */
      readonly time: number;
    },
  ): Promise<string>;
  /** Moves a ref if it still is at `before` (zeros: it must not exist). `after` of zeros deletes. */
  updateRef(repo: Repo, ref: string, after: string, before: string): Promise<boolean>;
  readFile(repo: Repo, sha: string, path: string): Promise<Buffer | undefined>;
  listTree(repo: Repo, sha: string, path: string): Promise<readonly TreeEntry[]>;
  isAncestor(repo: Repo, ancestor: string, descendant: string): Promise<boolean>;
}
