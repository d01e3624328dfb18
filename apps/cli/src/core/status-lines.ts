import { oneLine, table, type Palette } from './format.js';

export interface ServiceState {
  readonly name: string;
  readonly url: string;
  readonly state: string;
}

export const serviceRows = (services: readonly ServiceState[], palette: Palette): readonly string[] => [
  palette.strong('Services'),
  ...table(
    ['NAME', 'STATE', 'ADDRESS'],
    services.map(({ name, state, url }) => [name, state, url]),
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
  state: { issues: readonly IssueLike[]; pulls: readonly PullLike[]; agents: readonly AgentLike[] },
  palette: Palette,
): readonly string[] => [
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
