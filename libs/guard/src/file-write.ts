import type { Decision, Place } from './decision.js';
import type { Fact } from './facts.js';
import { decide } from './judge.js';
import { siteOf } from './paths/make-site.js';
import { behindLinks } from './paths/linked.js';
import { targetOf, type Target } from './paths/target.js';
import { NO_POLICY } from './policy/policy.js';
import { withoutMarks } from './shell/marks.js';
import { Shell } from './shell/state.js';

export interface FileWriteInput extends Place {
  /** As the tool was given it; relative to `cwd`, or beginning with `~`. */
  readonly path: string;
  /** Name of the tool: `Write`, `Edit`, `NotebookEdit`. */
  readonly tool: string;
}

const inWorkspace = ({ zone }: Target): boolean => zone === 'inside' || zone === 'scratch' || zone === 'workspace';

/** Judges where a file tool writes: inside the workspace or scratch, and never on the guard's own files. */
export const judgeFileWrite = (input: FileWriteInput): Decision => {
  const policy = input.policy ?? NO_POLICY;
  const site = siteOf(input, policy);
  const path = withoutMarks(input.path).replace(/^~(?=\/|$)/, site.home);
  const target = targetOf(path, new Shell(site.cwd, new Map()), site);
  const fact: Fact = { kind: 'write', tool: input.tool, target, how: 'truncate' };
  const span = { start: 0, end: input.path.length };
  const behind = behindLinks(fact, site);
  const decision =
    decide({ fact, via: [input.tool] }, policy, span) ??
    (behind === undefined ? undefined : decide({ fact: behind, via: [input.tool] }, policy, span));
  if (decision !== undefined) return decision;
  const outside = [fact, behind].find((one) => one?.kind === 'write' && !inWorkspace(one.target));
  if (outside?.kind !== 'write') return { decision: 'allow', policyHash: policy.hash };
  return {
    decision: 'block',
    rule: 'fs.write.outside-workspace',
    category: 'files',
    message: `${input.tool} would write ${outside.target.written}, which lies outside the workspace.`,
    alternative: `${site.workspace}/${path.split('/').at(-1) ?? 'file'}`,
    span,
    via: [input.tool],
    policyHash: policy.hash,
  };
};
