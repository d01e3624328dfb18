/** What lies in the folder of an installed hook. */
export const KIT = {
  /** What clients are told to run: a shell script that turns every end but an explicit allow into a refusal. */
  wrapper: 'rig-guard',
  /** Loads the bundle with V8's code cache. */
  start: 'start.cjs',
  /** The hook itself: one file, no dependency. */
  bundle: 'guard-hook.cjs',
  /** V8's code cache of the bundle, for the Node that is named in hook.json. */
  cache: 'guard-hook.cache',
  /** Parses a policy that was changed after the hook was installed; large, and loaded only then. */
  parser: 'policy-parser.cjs',
  /** What the hook has to know: `HookFile`. */
  settings: 'hook.json',
  /** The policy, parsed: `CompiledPolicy`. */
  policy: 'guard.policy.json',
} as const;

/** `hook.json` */
export interface HookFile {
  readonly version: 1;
  /** Absolute path of the Node that runs the hook. */
  readonly node: string;
  /** Its version, for which the code cache was made. */
  readonly nodeVersion: string;
  /** Absolute path of the operator's guard.policy.yaml; null where there is none. */
  readonly policyFile: string | null;
}

/** `guard.policy.json`: good for as long as the file still says what it said. */
export interface CompiledPolicy<P> {
  /** Text of the file it was made from. */
  readonly source: string;
  readonly policy: P;
}
