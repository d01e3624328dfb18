import { rank, type RepositoryPolicy } from '@rig/policy';
import { chooseAgent } from './choose-agent.js';
import { assignKey } from './intent.js';
import { isReady, type IssueItem } from './issue-item.js';
import type { Pass, Wait } from './pass.js';
import { refusedUntil } from './refusals.js';

/** Ready issues that no live task is for, in the order in which they are to be worked on. */
export const readyIssues = (pass: Pick<Pass, 'board'>): readonly IssueItem[] => {
  const busy = new Set([...pass.board.tasks.values()].map((task) => task.subject));
  return [...pass.board.issues.values()].filter((issue) => isReady(issue) && !busy.has(issue.subject)).sort(rank);
};

/** What holds an issue back whoever is free. */
const holdBack = (issue: IssueItem, policy: RepositoryPolicy, now: number): Wait | undefined => {
  if (issue.failures >= policy.maxAttempts) {
    return {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `${issue.failures} of ${policy.maxAttempts} attempts failed; a person must look at it`,
    };
  }
  if (issue.notBefore > now) {
    return { code: 'BACKING_OFF', message: `attempt ${issue.failures} failed; the next one waits a while` };
  }
  const refused = refusedUntil(issue.refusals, 'ASSIGN_TASK', now);
  if (refused === undefined) return undefined;
  return { code: refused.code, message: `the assignment was refused (${refused.code}) and is tried again later` };
};

/** Gives each ready issue to an agent, or says why it waits. */
export const decideIssues = (pass: Pass): void => {
  for (const issue of readyIssues(pass)) {
    const key = assignKey(issue.subject);
    if (pass.inFlight.has(key)) continue;
    const { repo, labels, subject } = issue;
    const policy = pass.config.policyOf(repo);
    // Off and T3 are told before anything else: they hold however the issue stands otherwise.
    const held = policy.dispatch === 'off' ? undefined : holdBack(issue, policy, pass.now);
    if (held !== undefined) {
      pass.wait(subject, held);
      continue;
    }
    const wish = { kind: 'implement' as const, repo, labels, policy, author: null, pauses: pass.board.pauses };
    const chosen = chooseAgent(pass.config.agents, wish, pass.capacity);
    if (!chosen.ok) pass.wait(subject, { code: chosen.refusal.code, message: chosen.refusal.message });
    else pass.assign({ kind: 'assign', key, subject, task: 'implement', agent: chosen.value.id, headSha: null }, repo);
  }
};
