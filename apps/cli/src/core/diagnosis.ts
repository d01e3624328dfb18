/** What one look at the machine found. */
export interface Finding {
  /** What was looked for, e.g. `Node`. */
  readonly name: string;
  /** `missing` stops Rig, `advice` does not. */
  readonly state: 'found' | 'missing' | 'advice';
  /** What is there, or what follows from its absence; one sentence. */
  readonly detail: string;
  /** The one command that mends it; only where something is to be mended. */
  readonly fix?: string;
}

export interface Diagnosis {
  /** True when nothing is missing. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const MARKS = { found: '✓', missing: '✗', advice: '!' } as const;

/** For people: a line a finding, its mending command below it, and a closing sentence. */
export const diagnosisLines = ({ ok, findings }: Diagnosis): string[] => {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, state, detail, fix }) => [
    `${MARKS[state]} ${name.padEnd(width)}  ${detail}`,
    ...(fix === undefined ? [] : [`  ${' '.repeat(width)}  mend it: ${fix}`]),
  ]);
  const missing = findings.filter(({ state }) => state === 'missing').length;
  return [
    ...lines,
    '',
    ok ? 'Everything Rig needs is here.' : `${missing} missing: Rig will not run before they are mended.`,
  ];
};
