import type { ReviewerResult, TaskFile } from '@rig/agent-kit';
import { changedPaths, exists, read } from '../shared/worktree.js';
import { parseIssueRequest } from '../shared/issue-request.js';
import { runTests } from '../shared/run-tests.js';
import { checkExamples, checkScope } from './issue-check.js';
import { checkDocumentation, checkHabits, type Finding } from './source-check.js';
import { judge } from './verdict.js';

const isSource = (path: string): boolean => /^src\/.*\.js$/.test(path);

const checkSources = async (worktree: string, paths: readonly string[]): Promise<readonly Finding[]> => {
  const found = await Promise.all(
    paths.filter(isSource).map(async (path) => {
      const source = await read(worktree, path);
      return [...checkDocumentation(path, source), ...checkHabits(path, source)];
    }),
  );
  return found.flat();
};

const checkAgainstIssue = async (
  task: TaskFile,
  worktree: string,
  paths: readonly string[],
): Promise<readonly Finding[]> => {
  const request = parseIssueRequest(task.issue?.body ?? '');
  if (request === undefined) return [];
  const testPath = `test/${request.module}.test.js`;
  const tested = await exists(worktree, testPath);
  const test = tested ? await read(worktree, testPath) : '';
  const spot = tested ? testPath : `src/${request.module}.js`;
  return [...checkScope(request, paths), ...checkExamples(request, spot, test)];
};

/** Reads the diff, holds it against the issue and the habits of the house, and runs the tests. */
export const review = async (task: TaskFile, worktree: string): Promise<ReviewerResult> => {
  const paths = await changedPaths(task, worktree);
  if (paths.length === 0) return { outcome: 'failed', message: 'the pull request changes nothing' };
  const run = await runTests(worktree);
  const failing: readonly Finding[] = run.passed
    ? []
    : [
        {
          rule: 'tests-pass',
          path: paths.find(isSource) ?? paths[0] ?? '',
          line: 1,
          message: 'The tests fail with this change.',
        },
      ];
  const findings = [
    ...failing,
    ...(await checkSources(worktree, paths)),
    ...(await checkAgainstIssue(task, worktree, paths)),
  ];
  const tests = run.passed ? 'The tests pass.' : `The tests fail:\n\n\`\`\`\n${run.output.slice(-1500)}\n\`\`\``;
  return judge(findings, task.threads, tests);
};
