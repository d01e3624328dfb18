import { agentAnswers } from './agents.js';
import { explainBlocked, explainEnded } from './explain-ended.js';
import { explainOpened } from './explain-opened.js';
import { explainReady } from './explain-ready.js';
import { explainReview } from './explain-review.js';
import { explainTask } from './explain-task.js';
import type { Account, ExplainInput, Explanation } from './statement.js';

const accountOf = (input: ExplainInput): Account => {
  const { issue } = input;
  switch (issue.phase) {
    case 'opened':
      return explainOpened(input);
    case 'ready':
      return explainReady(input);
    case 'assigned':
    case 'working':
      return issue.task === null ? explainReady(input) : explainTask(input, issue.task);
    case 'in-review':
      return explainReview(input);
    case 'blocked':
      return explainBlocked(input);
    case 'done':
    case 'closed':
      return explainEnded(input);
  }
};

/** Where an issue is, why, what it waits for and who could clear it; each sentence cites the events it rests on. */
export const explainIssue = (input: ExplainInput): Explanation => {
  const { issue, pull } = input;
  const { task, ...account } = accountOf(input);
  const current = pull?.gate?.headSha === pull?.headSha ? pull?.gate : undefined;
  return {
    repo: issue.repo,
    number: issue.number,
    title: issue.title,
    phase: issue.phase,
    pull: issue.pr,
    ...account,
    waitingTask: task === undefined ? null : { kind: task, agents: agentAnswers(input, task) },
    gate: current?.checks ?? [],
  };
};
