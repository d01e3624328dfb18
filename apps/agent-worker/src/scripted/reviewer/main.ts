import { runAgentCommand } from '../shared/task-io.js';
import { review } from './review.js';

await runAgentCommand((task, worktree) =>
  task.kind === 'review'
    ? review(task, worktree)
    : Promise.resolve({ outcome: 'failed', message: 'this is a reviewer; give other work to an author' }),
);
