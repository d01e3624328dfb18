import { table, type Palette } from '../format.js';

export interface StatusRow {
  readonly client: string;
  readonly scope: string;
  readonly file: string;
  readonly state: 'guarded' | 'faulty' | 'absent';
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** `rig hooks status` for people: a row each, what is wrong below it. */
export const statusLines = (rows: readonly StatusRow[], { bad, dim }: Palette): readonly string[] => {
  const [head = '', ...lines] = table(
    ['CLIENT', 'FOR', 'STATE', 'SETTINGS'],
    rows.map(({ client, scope, state, file }) => [client, scope === 'managed' ? 'everybody' : 'you', state, file]),
  );
  return [
    head,
    ...rows.flatMap(({ problems, notes }, index) => [
      lines[index] ?? '',
      ...problems.map((problem) => bad(`  ${problem}`)),
      ...notes.map((note) => dim(`  ${note}`)),
    ]),
  ];
};

/** Something is guarded, and nothing is wrong anywhere. */
export const statusExitCode = (rows: readonly StatusRow[]): number =>
  rows.some(({ state }) => state === 'guarded') && rows.every(({ problems }) => problems.length === 0) ? 0 : 1;

export interface PlannedFile {
  readonly client: string;
  readonly file: string;
  readonly changed: boolean;
  readonly content: string;
}

export interface InstallTold {
  readonly kit: string;
  readonly command: string;
  readonly files: readonly PlannedFile[];
  readonly written: boolean;
  readonly cached: boolean;
  readonly advice: readonly string[];
}

/** `rig hooks install` for people. */
export const installLines = (told: InstallTold, { dim }: Palette): readonly string[] => {
  const { kit, files, written, cached, advice } = told;
  const fileLines = ({ file, changed, content }: PlannedFile): readonly string[] => {
    if (written) return [`${file}: ${changed ? 'written' : 'unchanged'}`];
    if (!changed) return [`${file} would stay as it is.`];
    return [
      `${file} would be:`,
      ...content
        .trimEnd()
        .split('\n')
        .map((line) => dim(`  ${line}`)),
    ];
  };
  return [
    written ? `The hook is installed in ${kit}.` : `The hook would be installed in ${kit}.`,
    ...files.flatMap(fileLines),
    ...(written && !cached ? ['Its code cache could not be made: it is right, and slower than it could be.'] : []),
    ...advice.map((line) => `! ${line}`),
    ...(written ? ['Prove it with: rig guard canary'] : []),
  ];
};
