import { readFile, writeFile } from 'node:fs/promises';
import {
  RESULT_FILE_VARIABLE,
  TASK_FILE_VARIABLE,
  TaskFile,
  type AuthorResult,
  type ReviewerResult,
} from '@rig/agent-kit';
import { messageOf } from '@rig/kernel';

const pathFrom = (variable: string): string => {
  const path = process.env[variable];
  if (path === undefined || path === '') throw new Error(`${variable} is not set: start this command through a worker`);
  return path;
};

/** Runs one agent command from task file to result file; what it throws becomes a failed result and exit code 1. */
export const runAgentCommand = async (
  work: (task: TaskFile, worktree: string) => Promise<AuthorResult | ReviewerResult>,
): Promise<void> => {
  const resultFile = pathFrom(RESULT_FILE_VARIABLE);
  let result: AuthorResult | ReviewerResult;
  try {
    const task = TaskFile.parse(JSON.parse(await readFile(pathFrom(TASK_FILE_VARIABLE), 'utf8')));
    result = await work(task, process.cwd());
  } catch (error) {
    process.exitCode = 1;
    result = { outcome: 'failed', message: messageOf(error) };
  }
  await writeFile(resultFile, JSON.stringify(result));
};
