import { z } from 'zod';

const Word = z.string().min(1).max(200);
const RuleId = z.string().regex(/^local\.[a-z0-9][a-z0-9.-]{0,60}$/, 'an id of your own begins with "local."');

/** A command of the operator's that is refused as well, in whatever wrapping it comes. */
export const CommandRule = z.strictObject({
  id: RuleId,
  /** The words the command begins with, without its folder: `[terraform, apply]`. */
  command: z.array(Word).min(1).max(10),
  /** Words that must all be among its arguments. Default none. */
  flags: z.array(Word).max(10).default([]),
  message: z.string().min(1).max(500),
  /** A command that does what may be done; it is run through the guard when the file is read. */
  alternative: z.string().max(500).default('Ask a person to run it.'),
});
export type CommandRule = z.infer<typeof CommandRule>;

/**
 * `guard.policy.yaml`. It can add and tighten; it has no field by which a rule of the guard could be switched off, and a
 * field it does not know makes the whole file invalid.
 */
export const GuardPolicyFile = z.strictObject({
  version: z.literal(1).default(1),
  rules: z.array(CommandRule).max(500).default([]),
  /** Paths that may not be written, moved or deleted; `*` within a folder, `**` across. Absolute or in the workspace. */
  protectedPaths: z.array(Word).max(500).default([]),
  /** Hosts that no command may name. */
  protectedHosts: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,252}$/, 'a host name in lower case'))
    .max(500)
    .default([]),
  /** MCP tools that take a shell command: tool name to the field that holds it. */
  mcpShellTools: z.record(Word, Word).default({}),
  /** MCP tools that write a file: tool name to the field that holds its path. */
  mcpFileTools: z.record(Word, Word).default({}),
  tighten: z
    .strictObject({
      /** No folder outside the workspace counts as scratch. Default false. */
      noScratch: z.boolean().default(false),
      /** Every `kubectl delete` is refused, a single pod's too. Default false. */
      everyClusterDelete: z.boolean().default(false),
      /** Programs fetched to be run once (`npx -y`, `uvx`, `pnpm dlx`) are refused. Default false. */
      packageRunners: z.boolean().default(false),
      /** `git commit --no-verify` and `git push --no-verify` are refused. Default false. */
      noVerify: z.boolean().default(false),
    })
    .prefault({}),
});
export type GuardPolicyFile = z.infer<typeof GuardPolicyFile>;
