import {
  currentDataSchema,
  eventDefinition,
  issueSubject,
  parseEvent,
  pullSubject,
  type EventDataOf,
  type EventType,
  type RigEvent,
} from '@rig/contracts';
import { derivedId, isoTime, RigError } from '@rig/kernel';
import { SAFE_DEFAULTS, type AgentConfig, type RepositoryPolicy } from '@rig/policy';
import { applyToBoard, emptyBoard, type Board } from '../core/board.js';
import type { DispatchConfig } from '../core/view.js';

/** Start of every history, milliseconds since 1970. */
export const EPOCH = 1_772_000_000_000;
export const REPO = 'acme/greeter';
export const HEAD_1 = '1'.repeat(40);
export const HEAD_2 = '2'.repeat(40);

export const issue = (number: number, repo = REPO): string => issueSubject(repo, number);
export const pull = (number: number, repo = REPO): string => pullSubject(repo, number);
export const taskOf = (name: string): string => derivedId('task', name);

/** Writes events as the conductor would commit them, one second apart. */
export const createHistory = (): {
  readonly events: RigEvent[];
  /** Appends one event; its data are the type's golden example, changed as told. */
  add<T extends EventType>(subject: string, type: T, data?: Partial<EventDataOf<T>>, causationid?: string): RigEvent;
  board(): Board;
  /** Time after the last event, milliseconds since 1970. */
  now(): number;
} => {
  const events: RigEvent[] = [];
  const versions = new Map<string, number>();
  const timeOf = (position: number): number => EPOCH + position * 1_000;
  return {
    events,
    add: (subject, type, data = {}, causationid) => {
      const position = events.length + 1;
      const version = (versions.get(subject) ?? 0) + 1;
      versions.set(subject, version);
      const golden: object = eventDefinition(type)?.golden ?? {};
      const parsed = parseEvent({
        id: derivedId('event', position),
        source: 'rig/conductor',
        subject,
        type,
        time: isoTime(timeOf(position)),
        dataschema: currentDataSchema(type),
        actor: causationid === undefined ? { kind: 'forge', id: 'ada' } : { kind: 'service', id: 'dispatcher' },
        position,
        version,
        data: { ...golden, ...data },
        ...(causationid === undefined ? {} : { causationid }),
      });
      if (!parsed.ok) throw new RigError({ code: 'HISTORY_INVALID', kind: 'bug', message: parsed.refusal.message });
      const event = parsed.value;
      events.push(event);
      return event;
    },
    board: () => {
      const board = emptyBoard();
      for (const event of events) applyToBoard(board, event, timeOf(event.position));
      return board;
    },
    now: () => timeOf(events.length),
  };
};
export type History = ReturnType<typeof createHistory>;

export const agent = (id: string, change: Partial<AgentConfig> = {}): AgentConfig => ({
  id,
  role: 'author',
  slots: 1,
  capabilities: [],
  delivery: 'stream',
  maxPerHour: 600,
  command: { run: 'node', args: [], timeoutMinutes: 30, passEnv: [] },
  ...change,
});

export const config = (agents: readonly AgentConfig[], change: Partial<RepositoryPolicy> = {}): DispatchConfig => ({
  agents: [...agents],
  policyOf: () => ({ ...SAFE_DEFAULTS, dispatch: 'on', acceptance: 'auto', ...change }),
});

/** Files an issue that agents may work on. */
export const approvedIssue = (
  history: History,
  number: number,
  change: Partial<EventDataOf<'ISSUE_OPENED'>> = {},
): void => {
  const openedAt = isoTime(EPOCH + number * 1_000);
  history.add(issue(number), 'ISSUE_OPENED', { repo: REPO, number, labels: [], openedAt, ...change });
  history.add(issue(number), 'ISSUE_APPROVED');
};

/** An agent's pull request for issue 7, whose implement task is done. */
export const deliveredPull = (history: History, author = 'author-1', number = 8): void => {
  approvedIssue(history, 7);
  history.add(issue(7), 'ISSUE_ASSIGNED', { taskId: taskOf('implement'), agent: author });
  history.add(issue(7), 'ATTEMPT_STARTED', { taskId: taskOf('implement'), agent: author });
  history.add(pull(number), 'PR_OPENED', { repo: REPO, number, agent: author, headSha: HEAD_1, draft: false });
  history.add(pull(number), 'PR_LINKED', { issue: 7 });
  history.add(issue(7), 'WORK_COMPLETED', { taskId: taskOf('implement'), kind: 'implement', pr: number });
};

export const checked = (history: History, headSha: string, type: 'CI_PASSED' | 'CI_FAILED', check = 'test'): void => {
  history.add(pull(8), type, { headSha, check });
};
