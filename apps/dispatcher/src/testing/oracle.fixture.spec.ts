import { issueSubject, repoOfSubject, type TaskKind } from '@rig/contracts';
import { rank, RATE_WINDOW_MS } from '@rig/policy';
import type { Board } from '../core/board.js';
import type { Capacity } from '../core/capacity.js';
import { chooseAgent, type TaskWish } from '../core/choose-agent.js';
import type { InFlight } from '../core/in-flight.js';
import { assignKey, deferKey, type Intent } from '../core/intent.js';
import { holdIssueBack } from '../core/issue-entry.js';
import { isReady, type IssueItem } from '../core/issue-item.js';
import { INTENTS_PER_PASS } from '../core/planner.js';
import { holdPullBack, needOf } from '../core/pull-entry.js';
import type { PullItem } from '../core/pull-item.js';
import { refusedUntil } from '../core/refusals.js';
import type { DispatchConfig } from '../core/view.js';

/**
 * What the planner must come to, worked out anew from the whole board: each thing that waits is looked at in its turn
 * and every agent is asked. Too slow for more than a test.
 */
export interface Expected {
  readonly intents: readonly Intent[];
  /** Codes by log stream. */
  readonly waits: ReadonlyMap<string, string>;
  /** More was to be given than one pass may: reasons are not asked for. */
  readonly cut: boolean;
}

const tally = () => {
  const counts = new Map<string, number>();
  return {
    add: (key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1),
    of: (key: string) => counts.get(key) ?? 0,
  };
};

const capacityOf = (board: Board, inFlight: InFlight, now: number): Capacity => {
  const [held, byAgent, byRepo] = [tally(), tally(), tally()];
  const count = (agent: string, repo: string, kind: TaskKind): void => {
    if (kind === 'implement' || kind === 'review') byAgent.add(agent);
    if (kind === 'implement') byRepo.add(repo);
  };
  const take = (agent: string, repo: string, kind: TaskKind): void => {
    held.add(agent);
    count(agent, repo, kind);
  };
  for (const task of board.tasks.values()) held.add(task.agent);
  for (const { at, agent, repo, kind } of board.recent) if (at > now - RATE_WINDOW_MS) count(agent, repo, kind);
  for (const { intent } of inFlight.values()) {
    if (intent.kind === 'assign') take(intent.agent, repoOfSubject(intent.subject) ?? '', intent.task);
  }
  const recent = (agent: string, repo: string) => ({ ofAgent: byAgent.of(agent), inRepository: byRepo.of(repo) });
  return { held: held.of, recent, take };
};

interface Turn {
  readonly subject: string;
  readonly headSha: string | null;
  readonly wish: TaskWish;
  /** The code of what holds it back whoever is free. */
  readonly held: string | undefined;
  readonly message: string;
}

interface Pass {
  readonly board: Board;
  readonly config: DispatchConfig;
  readonly inFlight: InFlight;
  readonly now: number;
}

const busyOf = (board: Board): ReadonlySet<string> => new Set([...board.tasks.values()].map(({ subject }) => subject));

const pullTurns = ({ board, config, inFlight, now }: Pass): readonly Turn[] => {
  const busy = busyOf(board);
  const issueOf = (pull: PullItem): IssueItem | undefined =>
    pull.issue === null ? undefined : board.issues.get(issueSubject(pull.repo, pull.issue));
  return [...board.pulls.values()]
    .filter((pull) => pull.open && pull.agent !== null && !busy.has(pull.subject))
    .map((pull) => ({ pull, issue: issueOf(pull) }))
    .filter(({ issue }) => issue === undefined || !busy.has(issue.subject))
    .sort((a, b) => rank(a.issue ?? { ...a.pull, priority: 2 }, b.issue ?? { ...b.pull, priority: 2 }))
    .filter(({ pull }) => !inFlight.has(assignKey(pull.subject)))
    .flatMap(({ pull, issue }): readonly Turn[] => {
      const { repo, subject, headSha, agent: author } = pull;
      const policy = config.policyOf(repo);
      const wanted = needOf(pull, policy);
      if (wanted === undefined) return [];
      const need = 'waits' in wanted ? wanted : (holdPullBack(pull, issue, policy, now) ?? wanted);
      const held = 'waits' in need ? need.waits : undefined;
      const kind = 'task' in need ? need.task : 'review';
      const wish = { kind, repo, labels: issue?.labels ?? [], policy, author, pauses: board.pauses };
      return [{ subject, headSha, wish, held, message: '' }];
    });
};

const issueTurns = ({ board, config, inFlight, now }: Pass): readonly Turn[] => {
  const busy = busyOf(board);
  return [...board.issues.values()]
    .filter((issue) => isReady(issue) && !busy.has(issue.subject))
    .sort(rank)
    .filter((issue) => !inFlight.has(assignKey(issue.subject)))
    .map((issue): Turn => {
      const { repo, labels, subject } = issue;
      const policy = config.policyOf(repo);
      const held = policy.dispatch === 'off' ? undefined : holdIssueBack(issue, policy, now);
      const wish = { kind: 'implement' as const, repo, labels, policy, author: null, pauses: board.pauses };
      return { subject, headSha: null, wish, held: held?.code, message: held?.message ?? '' };
    });
};

/** The answer for a board as it stands. @param now  milliseconds since 1970 */
export const expectedOf = (board: Board, config: DispatchConfig, inFlight: InFlight, now: number): Expected => {
  const pass: Pass = { board, config, inFlight, now };
  const capacity = capacityOf(board, inFlight, now);
  const given: Intent[] = [];
  const left: Turn[] = [];
  for (const turn of [...pullTurns(pass), ...issueTurns(pass)]) {
    const chosen = turn.held === undefined ? chooseAgent(config.agents, turn.wish, capacity) : undefined;
    if (chosen?.ok !== true) {
      left.push(turn);
      continue;
    }
    const { subject, headSha, wish } = turn;
    const agent = chosen.value.id;
    capacity.take(agent, wish.repo, wish.kind);
    given.push({ kind: 'assign', key: assignKey(subject), subject, task: wish.kind, agent, headSha });
  }
  const cut = given.length >= INTENTS_PER_PASS;
  if (cut) return { intents: given.slice(0, INTENTS_PER_PASS), waits: new Map(), cut };
  // Why something waits is told as it stands when everything that could be given is given.
  const waits = left.map(({ subject, wish, held, message }) => {
    const answer = held === undefined ? chooseAgent(config.agents, wish, capacity) : undefined;
    if (answer === undefined) return { subject, code: held ?? '', message };
    return answer.ok ? { subject, code: 'NONE', message } : { subject, ...answer.refusal };
  });
  const deferrals = waits.flatMap(({ subject, code, message }): readonly Intent[] => {
    const issue = board.issues.get(subject);
    const key = deferKey(subject);
    if (issue === undefined || issue.deferred === code || inFlight.has(key)) return [];
    if (refusedUntil(issue.refusals, 'ISSUE_DEFERRED', now) !== undefined) return [];
    return [{ kind: 'defer', key, subject, code, message }];
  });
  return {
    intents: [...given, ...deferrals].slice(0, INTENTS_PER_PASS),
    waits: new Map(waits.map(({ subject, code }) => [subject, code])),
    cut,
  };
};
