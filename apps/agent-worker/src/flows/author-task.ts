import { parseAuthorResult, type AuthorResult, type TaskFile } from '@rig/agent-kit';
import type { TaskBrief, TaskToken } from '@rig/contracts';
import { messageOf } from '@rig/kernel';
import { failed, type Outcome } from '../core/outcome.js';
import { commitMessage, conventionalTitle, pullBody } from '../core/pull-text.js';
import {
  AttemptFailed,
  type AgentCommand,
  type Attempt,
  type OpenForge,
  type Workspace,
  type Workspaces,
} from './ports.js';
import { readThreads } from './read-threads.js';

export interface AuthorTaskDeps {
  readonly workspaces: Workspaces;
  readonly agent: AgentCommand;
  readonly forge: OpenForge;
}

type Done = Extract<AuthorResult, { outcome: 'done' }>;

/** The pull request of the branch: the one an earlier attempt opened, or a new one. */
const openPull = async (
  forge: OpenForge,
  token: TaskToken,
  brief: TaskBrief,
  title: string,
  result: Done,
): Promise<number> => {
  const issue = brief.issue?.number;
  if (issue === undefined) throw new AttemptFailed('TASK_INVALID', 'an implement task without an issue');
  const { repo, branch, defaultBranch } = brief;
  const client = forge(token);
  try {
    const known = await client.findPull(repo, branch);
    if (known !== undefined) {
      if (known.draft) await client.markReady(known.nodeId);
      return known.number;
    }
    const body = pullBody({ issue, summary: result.summary, testPlan: result.testPlan });
    const input = { title, body, head: branch, base: defaultBranch, draft: false };
    return (await client.createPull(repo, input)).number;
  } catch (error) {
    throw new AttemptFailed('PULL_REFUSED', messageOf(error));
  }
};

/** Commits, pushes, and sees to the pull request. */
const publish = async (
  deps: AuthorTaskDeps,
  attempt: Attempt,
  workspace: Workspace,
  result: Done,
): Promise<Outcome> => {
  const { brief } = attempt;
  const fix = brief.kind !== 'implement';
  const title = conventionalTitle(result.title, fix ? 'fix' : 'feat', brief.issue?.title ?? `work on ${brief.branch}`);
  const { headSha, changed } = await workspace.commit(commitMessage(title, result.summary, brief.taskId), brief.agent);
  // A fix that an attempt before this one pushed and could not report: the branch already moved on.
  const fixedBefore = fix && !changed && brief.pull !== null && workspace.startSha !== brief.pull.headSha;
  if (!changed && !fixedBefore) return failed('NOTHING_CHANGED', 'the agent command changed nothing');

  // Asked for anew: the fence is checked once more before anything leaves this machine.
  const token = await attempt.token();
  if (attempt.signal.aborted) return failed('WORKER_FAILED', 'the attempt was ended');
  const pushed = changed ? await workspace.push(headSha, token) : headSha;
  attempt.progress('push', `${brief.branch} is at ${pushed.slice(0, 10)}`);
  const pr = brief.pull?.number ?? (await openPull(deps.forge, token, brief, title, result));
  if (brief.pull === null) attempt.progress('pull-request', `pull request #${pr}`);
  return { type: 'completed', summary: result.summary, pr, headSha: pushed, verdict: null };
};

/** Works an implement, fix-review or fix-ci task: worktree → agent command → commit → push → pull request. */
export const createAuthorTask =
  (deps: AuthorTaskDeps) =>
  async (attempt: Attempt): Promise<Outcome> => {
    const { brief, signal } = attempt;
    const token = await attempt.token();
    attempt.progress('clone', `${brief.repo} for ${brief.branch}`);
    const workspace = await deps.workspaces.open(brief, token, signal);
    try {
      const { startSha, diffBase } = workspace;
      const threads = brief.pull === null ? [] : await readThreads(deps.forge(token), brief);
      const task: TaskFile = { ...brief, startSha, diffBase, threads: [...threads] };
      attempt.progress('agent', `attempt ${brief.attempt} runs on ${startSha.slice(0, 10)}`);
      const parsed = parseAuthorResult(await deps.agent.run(task, workspace, signal));
      if (!parsed.ok) return failed('RESULT_INVALID', parsed.refusal.message);
      if (parsed.value.outcome === 'failed') return failed('AGENT_FAILED', parsed.value.message);
      return await publish(deps, attempt, workspace, parsed.value);
    } finally {
      await workspace.close();
    }
  };
