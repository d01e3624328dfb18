import { oneLine, table, type Palette } from './format.js';

export interface ServiceState {
  readonly name: string;
  readonly url: string;
  readonly state: string;
  /** What `/readyz` says besides: what is not ready, and what a person should know although it is. */
  readonly notes: readonly string[];
}

export const serviceRows = (services: readonly ServiceState[], palette: Palette): readonly string[] => [
  palette.strong('Services'),
  ...table(
    ['NAME', 'STATE', 'ADDRESS'],
    services.map(({ name, state, url }) => [name, state, url]),
  ),
  ...services.flatMap(({ name, state, notes }) =>
    notes.map((note) => (state === 'ready' ? palette.dim : palette.bad)(`${name}: ${oneLine(note, 400)}`)),
  ),
];

interface PauseLike {
  readonly subject: string;
  readonly by: string;
  readonly reason: string;
  readonly position: number;
}

const pausedLines = (pauses: readonly PauseLike[], palette: Palette): readonly string[] =>
  pauses.length === 0
    ? []
    : [
        '',
        palette.strong('Paused'),
        ...table(
          ['WHAT', 'BY', 'POSITION', 'WHY'],
          pauses.map(({ subject, by, reason, position }) => [
            subject === 'system/rig' ? 'all' : subject.replace('/', ' '),
            by,
            String(position),
            oneLine(reason, 80),
          ]),
        ),
      ];

interface IssueLike {
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly phase: string;
  readonly priority?: number | null | undefined;
  readonly agent?: string | null | undefined;
  readonly pr?: number | null | undefined;
  readonly waiting?: unknown;
}

interface AgentLike {
  readonly id: string;
  readonly role: string;
  readonly slots: number;
  readonly delivery?: string | null | undefined;
  readonly paused?: string | null | undefined;
  readonly inFlight: readonly unknown[];
}

interface PullLike {
  readonly repo: string;
  readonly number: number;
  readonly title?: string | null | undefined;
  readonly [key: string]: unknown;
}

/** Waiting is a sentence, or an object that has one. */
const sentenceOf = (waiting: unknown): string => {
  if (typeof waiting === 'string') return oneLine(waiting, 80);
  if (typeof waiting === 'object' && waiting !== null && 'message' in waiting) {
    return oneLine(String(waiting.message), 80);
  }
  return '';
};

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

export const statusLines = (
  state: {
    readonly issues: readonly IssueLike[];
    readonly pulls: readonly PullLike[];
    readonly agents: readonly AgentLike[];
    readonly pauses: readonly PauseLike[];
  },
  palette: Palette,
): readonly string[] => [
  ...pausedLines(state.pauses, palette),
  '',
  palette.strong('Agents'),
  ...table(
    ['AGENT', 'ROLE', 'DELIVERY', 'BUSY', 'PAUSED'],
    state.agents.map((agent) => [
      agent.id,
      agent.role,
      agent.delivery ?? '',
      `${agent.inFlight.length} of ${agent.slots}`,
      oneLine(agent.paused ?? '', 80),
    ]),
  ),
  '',
  palette.strong('Issues'),
  ...table(
    ['ISSUE', 'PRIORITY', 'PHASE', 'AGENT', 'PULL', 'TITLE', 'WAITS FOR'],
    state.issues.map((issue) => [
      `${issue.repo}#${issue.number}`,
      issue.priority === null || issue.priority === undefined ? '' : `P${issue.priority}`,
      issue.phase,
      issue.agent ?? '',
      issue.pr === null || issue.pr === undefined ? '' : `#${issue.pr}`,
      oneLine(issue.title, 50),
      sentenceOf(issue.waiting),
    ]),
  ),
  ...(state.issues.some(({ phase }) => phase === 'blocked')
    ? [palette.dim('A blocked issue waits for a person: rig explain owner/repo#n says for what.')]
    : []),
  '',
  palette.strong('Pull requests'),
  ...table(
    ['PULL', 'STATE', 'TITLE'],
    state.pulls.map((pull) => [
      `${pull.repo}#${pull.number}`,
      text(pull['phase'] ?? pull['state']),
      oneLine(pull.title ?? '', 70),
    ]),
  ),
];
