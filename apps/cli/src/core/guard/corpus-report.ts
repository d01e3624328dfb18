import type { CorpusCase, CorpusMiss } from '@rig/guard';
import { oneLine, table, type Palette } from '../format.js';

/** `missed`: allowed and should not be. `false-block`: refused and should not be. `other-rule`: refused by another rule. */
export type MissKind = 'missed' | 'false-block' | 'other-rule';

export interface ClassReport {
  readonly class: string;
  readonly blocked: number;
  readonly allowed: number;
  readonly missed: number;
  readonly falseBlocks: number;
  readonly otherRule: number;
}

export interface CorpusReport {
  readonly cases: number;
  readonly classes: readonly ClassReport[];
  readonly wrong: readonly {
    readonly kind: MissKind;
    readonly class: string;
    readonly cmd: string;
    readonly expected: string;
    readonly decided: string;
  }[];
}

const kindOf = ({ case: one, decision }: CorpusMiss): MissKind => {
  if (one.rule === undefined) return 'false-block';
  return decision.decision === 'allow' ? 'missed' : 'other-rule';
};

export const corpusReport = (cases: readonly CorpusCase[], misses: readonly CorpusMiss[]): CorpusReport => {
  const names = [...new Set(cases.map((one) => one.class))].sort();
  return {
    cases: cases.length,
    classes: names.map((name) => {
      const own = cases.filter((one) => one.class === name);
      const kinds = misses.filter((miss) => miss.case.class === name).map(kindOf);
      const count = (kind: MissKind): number => kinds.filter((one) => one === kind).length;
      return {
        class: name,
        blocked: own.filter(({ rule }) => rule !== undefined).length,
        allowed: own.filter(({ rule }) => rule === undefined).length,
        missed: count('missed'),
        falseBlocks: count('false-block'),
        otherRule: count('other-rule'),
      };
    }),
    wrong: misses.map((miss) => ({
      kind: kindOf(miss),
      class: miss.case.class,
      cmd: miss.case.cmd,
      expected: miss.case.rule ?? 'allow',
      decided: miss.decision.decision === 'block' ? miss.decision.rule : 'allow',
    })),
  };
};

export const corpusLines = ({ cases, classes, wrong }: CorpusReport, palette: Palette): readonly string[] => {
  const rows = classes.map((one) =>
    [one.class, one.blocked, one.allowed, one.missed, one.falseBlocks, one.otherRule].map(String),
  );
  const said = wrong.map(
    ({ kind, cmd, expected, decided }) =>
      `${palette.bad(kind)} ${oneLine(cmd, 160)}\n  expected ${expected}, decided ${decided}`,
  );
  const end =
    wrong.length === 0
      ? palette.good(`${cases} cases, each decided as it should be`)
      : palette.bad(`${wrong.length} of ${cases} cases decided wrongly`);
  return [...table(['CLASS', 'TO BLOCK', 'TO ALLOW', 'MISSED', 'FALSE BLOCKS', 'OTHER RULE'], rows), ...said, end];
};
