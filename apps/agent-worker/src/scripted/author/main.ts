import type { AuthorResult, TaskFile } from '@rig/agent-kit';
import { runAgentCommand } from '../shared/task-io.js';
import { fixCi } from './fix-ci.js';
import { fixReview } from './fix-review.js';
import { implement } from './implement.js';

const work = async (task: TaskFile, worktree: string): Promise<AuthorResult> => {
  switch (task.kind) {
    case 'implement':
      return implement(task, worktree, process.env['RIG_SCRIPTED_FLAWS']);
    case 'fix-ci':
      return fixCi(task, worktree);
    case 'fix-review':
      return fixReview(task, worktree);
    case 'review':
      return { outcome: 'failed', message: 'this is an author; give reviews to a reviewer' };
  }
};

await runAgentCommand(work);
