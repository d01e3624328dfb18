import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Decision, Place } from './decision.js';
import { judgeCommand } from './judge.js';

const Case = z.strictObject({
  cmd: z.string(),
  /** The rule that must refuse it; a case without one must be allowed. */
  rule: z.string().optional(),
  class: z.string(),
  cwd: z.string().optional(),
  workspace: z.string().optional(),
});
export type CorpusCase = z.infer<typeof Case>;

/** The published corpora, to be read by whoever may read files. */
export const CORPUS_FILES = {
  blocked: new URL('../corpus/blocked.yaml', import.meta.url),
  allowed: new URL('../corpus/allowed.yaml', import.meta.url),
} as const;

const WORKSPACE = '/work/repo';
const HOME = '/home/dev';

/** Reads the text of a corpus. Refusal code: CORPUS_INVALID. */
export const parseCorpus = (text: string): Result<readonly CorpusCase[], Refusal> => {
  const parsed = z.array(Case).safeParse(parse(text, { maxAliasCount: 0 }));
  return parsed.success
    ? accept(parsed.data)
    : refuse({ code: 'CORPUS_INVALID', message: parsed.error.issues[0]?.message ?? 'not a list of cases' });
};

/** Where a case is judged. */
export const placeOf = ({ cwd, workspace }: CorpusCase): Place => ({
  cwd: cwd ?? workspace ?? WORKSPACE,
  workspace: workspace ?? WORKSPACE,
  home: HOME,
});

export interface CorpusMiss {
  readonly case: CorpusCase;
  readonly decision: Decision;
}

/** The cases that are not decided as they should be; a refusal by another rule than the one named is one of them. */
export const runCorpus = (cases: readonly CorpusCase[]): readonly CorpusMiss[] =>
  cases.flatMap((one) => {
    const decision = judgeCommand({ command: one.cmd, ...placeOf(one) });
    const rule = decision.decision === 'block' ? decision.rule : undefined;
    return rule === one.rule ? [] : [{ case: one, decision }];
  });
