import { repoOfSubject } from '@rig/contracts';
import type { Board } from './board.js';
import { createCapacity } from './capacity.js';
import { decideIssues } from './decide-issues.js';
import { decidePulls } from './decide-pulls.js';
import { deferKey, type Intent } from './intent.js';
import type { InFlight } from './in-flight.js';
import type { DispatchConfig, Pass, Wait } from './pass.js';
import { refusedUntil } from './refusals.js';

export interface Decision {
  readonly intents: readonly Intent[];
  /** Everything that waits for the dispatcher or for a person, by log stream. */
  readonly waits: ReadonlyMap<string, Wait>;
}

/** Proposals of one pass at most; the next pass makes the rest. */
export const INTENTS_PER_PASS = 256;

const deferrals = (pass: Pass, waits: ReadonlyMap<string, Wait>): readonly Intent[] =>
  [...waits].flatMap(([subject, { code, message }]): readonly Intent[] => {
    const issue = pass.board.issues.get(subject);
    const key = deferKey(subject);
    if (issue === undefined || issue.deferred === code || pass.inFlight.has(key)) return [];
    if (refusedUntil(issue.refusals, 'ISSUE_DEFERRED', pass.now) !== undefined) return [];
    return [{ kind: 'defer', key, subject, code, message }];
  });

const repoOf = (subject: string): string => repoOfSubject(subject) ?? '';

/**
 * What to propose now. Pull requests come before issues, so that begun work is finished before new work is begun;
 * within each, priority and then age decide.
 * @param now  milliseconds since 1970
 */
export const decide = (board: Board, config: DispatchConfig, inFlight: InFlight, now: number): Decision => {
  const assignments: Intent[] = [];
  const waits = new Map<string, Wait>();
  const pass: Pass = {
    board,
    config,
    inFlight,
    now,
    capacity: createCapacity(board, inFlight, now, repoOf),
    assign: (intent, repo) => {
      pass.capacity.take(intent.agent, repo, intent.task);
      assignments.push(intent);
    },
    wait: (subject, wait) => void waits.set(subject, wait),
  };
  decidePulls(pass);
  decideIssues(pass);
  return { intents: [...assignments, ...deferrals(pass, waits)].slice(0, INTENTS_PER_PASS), waits };
};
