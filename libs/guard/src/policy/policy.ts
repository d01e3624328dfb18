/** A command of the operator's that is refused as well, in whatever wrapping it comes. */
export interface PolicyRule {
  readonly id: string;
  /** The words the command begins with, without its folder: `[terraform, apply]`. */
  readonly command: readonly string[];
  /** Words that must all be among its arguments. */
  readonly flags: readonly string[];
  readonly message: string;
  readonly alternative: string;
}

/** What the operator draws tighter; none of it can loosen anything. */
export interface Tighten {
  /** No folder outside the workspace counts as scratch. */
  readonly noScratch: boolean;
  /** Every `kubectl delete` is refused, a single pod's too. */
  readonly everyClusterDelete: boolean;
  /** Programs fetched to be run once (`npx -y`, `uvx`, `pnpm dlx`) are refused. */
  readonly packageRunners: boolean;
  /** `git commit --no-verify` and `git push --no-verify` are refused. */
  readonly noVerify: boolean;
}

/** A policy ready for use, made by `parseGuardPolicy`; plain data, so it may be kept as JSON. */
export interface GuardPolicy {
  /** Derived from the meaning of the file, not from its spelling; in every decision. */
  readonly hash: string;
  readonly rules: readonly PolicyRule[];
  /** Paths that may not be written, moved or deleted; `*` within a folder, `**` across. */
  readonly protectedPaths: readonly string[];
  /** Hosts that no command may name. */
  readonly protectedHosts: readonly string[];
  /** MCP tools that take a shell command: tool name to the field that holds it. */
  readonly mcpShellTools: Readonly<Record<string, string>>;
  /** MCP tools that write a file: tool name to the field that holds its path. */
  readonly mcpFileTools: Readonly<Record<string, string>>;
  readonly tighten: Tighten;
}

/** What holds without a policy file: the built-in rules. */
export const NO_POLICY: GuardPolicy = {
  hash: 'built-in',
  rules: [],
  protectedPaths: [],
  protectedHosts: [],
  mcpShellTools: {},
  mcpFileTools: {},
  tighten: { noScratch: false, everyClusterDelete: false, packageRunners: false, noVerify: false },
};

/** A path pattern of the policy as an anchored expression; a relative one means the workspace. */
export const pathPattern = (pattern: string, workspace: string): RegExp => {
  const absolute = pattern.startsWith('/') ? pattern : `${workspace}/${pattern.replace(/^\.\//, '')}`;
  const source = absolute
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (glob) => (glob.startsWith('**') ? '.*' : glob === '*' ? '[^/]*' : '[^/]'));
  return new RegExp(`^${source}(/.*)?$`);
};
