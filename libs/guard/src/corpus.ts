import { accept, messageOf, refuse, type Refusal, type Result } from '@rig/kernel';
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

const WORKSPACE = '/code/repo';
const HOME = '/home/dev';

/** Reads the text of a corpus. Refusal code: CORPUS_INVALID. */
export const parseCorpus = (text: string): Result<readonly CorpusCase[], Refusal> => {
  const invalid = (message: string): Result<never, Refusal> =>
    refuse({ code: 'CORPUS_INVALID', message, fix: 'A corpus is a YAML list of {cmd, class, rule?}.' });
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    return invalid(messageOf(error));
  }
  const parsed = z.array(Case).safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const [at, ...field] = issue?.path ?? [];
  const where = typeof at === 'number' ? `case ${at + 1}${field.length === 0 ? '' : `, ${field.join('.')}`}: ` : '';
  return invalid(`${where}${issue?.message ?? 'no list of cases'}`);
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
