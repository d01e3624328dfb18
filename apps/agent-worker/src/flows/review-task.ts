import { parseReviewerResult, type ReviewerResult, type TaskFile } from '@rig/agent-kit';
import type { ReviewThread, TaskBrief, TaskToken } from '@rig/contracts';
import { messageOf } from '@rig/kernel';
import { failed, type Outcome } from '../core/outcome.js';
import { placeComments } from '../core/review-comments.js';
import { AttemptFailed, type AgentCommand, type Attempt, type OpenForge, type Workspaces } from './ports.js';
import { readThreads } from './read-threads.js';

export interface ReviewTaskDeps {
  readonly workspaces: Workspaces;
  readonly agent: AgentCommand;
  readonly forge: OpenForge;
}

type Done = Extract<ReviewerResult, { outcome: 'done' }>;

const submit = async (
  forge: OpenForge,
  token: TaskToken,
  brief: TaskBrief,
  result: Done,
  threads: readonly ReviewThread[],
  diff: string,
): Promise<void> => {
  if (brief.pull === null) throw new AttemptFailed('TASK_INVALID', 'a review task without a pull request');
  const { number, headSha } = brief.pull;
  const client = forge(token);
  const open = new Map(threads.filter(({ resolved }) => !resolved).map((thread) => [thread.id, thread]));
  // An attempt before this one may have posted its review and been lost: the same remark is not made twice.
  const said = (path: string, body: string): boolean =>
    [...open.values()].some((thread) => thread.path === path && thread.body === body);
  const { placed, body } = placeComments(result.comments, diff, result.body);
  const comments = placed.filter((comment) => !said(comment.path, comment.body));
  try {
    for (const id of result.resolve.filter((thread) => open.has(thread))) await client.resolveThread(id);
    await client.review(brief.repo, number, { headSha, verdict: result.verdict, body, comments });
  } catch (error) {
    throw new AttemptFailed('REVIEW_REFUSED', messageOf(error));
  }
};

/** Works a review task: worktree at the head → agent command → threads resolved, review posted with line comments. */
export const createReviewTask =
  (deps: ReviewTaskDeps) =>
  async (attempt: Attempt): Promise<Outcome> => {
    const { brief, signal } = attempt;
    if (brief.pull === null) return failed('TASK_INVALID', 'a review task without a pull request');
    const token = await attempt.token();
    attempt.progress('clone', `${brief.repo} at ${brief.pull.headSha.slice(0, 10)}`);
    const workspace = await deps.workspaces.open(brief, token, signal);
    try {
      const { startSha, diffBase } = workspace;
      const threads = await readThreads(deps.forge(token), brief);
      const task: TaskFile = { ...brief, startSha, diffBase, threads: [...threads] };
      attempt.progress('agent', `reviews ${diffBase.slice(0, 10)}..${startSha.slice(0, 10)}`);
      const parsed = parseReviewerResult(await deps.agent.run(task, workspace, signal));
      if (!parsed.ok) return failed('RESULT_INVALID', parsed.refusal.message);
      if (parsed.value.outcome === 'failed') return failed('AGENT_FAILED', parsed.value.message);
      const fresh = await attempt.token();
      if (signal.aborted) return failed('WORKER_FAILED', 'the attempt was ended');
      await submit(deps.forge, fresh, brief, parsed.value, threads, await workspace.diff());
      const verdict = parsed.value.verdict === 'approve' ? 'approved' : 'changes-requested';
      attempt.progress('review', verdict);
      return { type: 'completed', summary: parsed.value.body, pr: brief.pull.number, headSha: startSha, verdict };
    } finally {
      await workspace.close();
    }
  };
