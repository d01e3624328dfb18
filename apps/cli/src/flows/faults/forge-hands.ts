/** What a person with rights on the repository does to it while Rig works. */
export interface ForgeHands {
  /** Commits onto a branch, changing no file, and pushes; resolves to the new head. */
  commitOnto(branch: string): Promise<string>;
  /** The checks that merges into the default branch need from now on. */
  requireChecks(names: readonly string[]): Promise<void>;
  /** Sets a commit status to success. */
  pass(sha: string, context: string): Promise<void>;
  /** Head commit and branch of a pull request. */
  head(number: number): Promise<{ readonly sha: string; readonly branch: string; readonly merged: boolean }>;
}
