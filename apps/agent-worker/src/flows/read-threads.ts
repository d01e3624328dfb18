import type { ReviewThread, TaskBrief } from '@rig/contracts';
import type { WorkerForge } from '@rig/forge';

/** The review threads of the task's pull request, as the agent command is told them. */
export const readThreads = async (forge: WorkerForge, brief: TaskBrief): Promise<readonly ReviewThread[]> => {
  if (brief.pull === null) return [];
  const threads = await forge.threads(brief.repo, brief.pull.number);
  return threads.map(({ id, path, line, body, resolved }) => ({ id, path, line, body, resolved }));
};
