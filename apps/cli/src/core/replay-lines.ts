import { oneLine, shortSha, table, type Palette } from './format.js';

interface Difference {
  readonly key: string;
  readonly kept: string | null;
  readonly rebuilt: string | null;
}

interface Verified {
  readonly ok: boolean;
  readonly head: number;
  readonly seconds: number;
  readonly projections: readonly {
    readonly name: string;
    readonly rows: number;
    readonly differences: number;
    readonly examples: readonly Difference[];
  }[];
}

const fieldsOf = (row: string): Readonly<Record<string, unknown>> => {
  const { state, ...rest } = JSON.parse(row) as { state?: object };
  return { ...rest, ...state };
};

/** Only the fields that differ; a row that is missing on one side is shown whole. */
const differenceLines = ({ kept, rebuilt }: Difference): readonly string[] => {
  const show = (value: unknown): string =>
    oneLine(typeof value === 'string' ? value : JSON.stringify(value ?? null), 500);
  if (kept === null || rebuilt === null)
    return [`  kept ${show(kept ?? 'no row')}`, `  from the log ${show(rebuilt ?? 'no row')}`];
  const [a, b] = [fieldsOf(kept), fieldsOf(rebuilt)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]))
    .map((field) => `  ${field}: kept ${show(a[field])}, from the log ${show(b[field])}`);
};

/** The table of `rig replay --verify`, and under it the first differences. */
export const verifyLines = (verified: Verified, palette: Palette): readonly string[] => {
  const rows = verified.projections.map(({ name, rows: count, differences }) => [
    name,
    String(count),
    String(differences),
  ]);
  const examples = verified.projections.flatMap(({ name, examples: shown }) =>
    shown.flatMap((example) => [`${name} ${example.key}`, ...differenceLines(example)]),
  );
  const end = verified.ok
    ? palette.good(`Every row is what the log makes of it (position ${verified.head}, ${verified.seconds} s).`)
    : palette.bad(`The read models differ from the log (position ${verified.head}, ${verified.seconds} s).`);
  return [...table(['PROJECTION', 'ROWS', 'DIFFERENCES'], rows), ...examples, end];
};

type Task = { readonly agent: string; readonly kind: string; readonly fence: number | null } | null;

interface Then {
  readonly position: number;
  readonly time: string;
  readonly issue: {
    readonly title: string;
    readonly phase: string;
    readonly priority: number;
    readonly approved: boolean;
    readonly failures: number;
    readonly pr: number | null;
    readonly task: Task;
  };
  readonly pull: {
    readonly number: number;
    readonly status: string;
    readonly headSha: string;
    readonly rounds: number;
    readonly review: Task;
    readonly fix: Task;
    readonly merging: string | null;
  } | null;
  readonly timeline: readonly { readonly position: number; readonly time: string; readonly sentence: string }[];
}

const taskText = (task: Task): string => {
  if (task === null) return 'none';
  return `${task.kind} by ${task.agent}${task.fence === null ? ', no attempt runs' : `, fence ${task.fence}`}`;
};

/** Steps shown before the point. */
const LAST_STEPS = 5;

const pullLines = (pull: Then['pull']): readonly string[] => {
  if (pull === null) return ['pull request  none yet'];
  return [
    `pull request  #${pull.number}, ${pull.status}, head ${shortSha(pull.headSha)}, ${pull.rounds} rounds asked for changes`,
    `its task      ${taskText(pull.fix ?? pull.review)}`,
    ...(pull.merging === null ? [] : [`merging       ${shortSha(pull.merging)}`]),
  ];
};

/** An issue and its pull request as they were. */
export const thenLines = (reference: string, then: Then, palette: Palette): readonly string[] => [
  palette.strong(`${reference} ${oneLine(then.issue.title)}, as it was at position ${then.position} (${then.time})`),
  `phase         ${then.issue.phase}`,
  `priority      P${then.issue.priority}, ${then.issue.approved ? 'released for agents' : 'not released'}`,
  `task          ${taskText(then.issue.task)}`,
  `failures      ${then.issue.failures}`,
  ...pullLines(then.pull),
  palette.strong('Just before'),
  ...then.timeline
    .slice(-LAST_STEPS)
    .map(({ position, time, sentence }) => `${String(position).padStart(6)}  ${time}  ${oneLine(sentence, 120)}`),
];
