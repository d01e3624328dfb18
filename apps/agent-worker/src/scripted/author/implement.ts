import type { AuthorResult, TaskFile } from '@rig/agent-kit';
import { parseIssueRequest } from '../shared/issue-request.js';
import { runTests } from '../shared/run-tests.js';
import { flawsFor } from './flaws.js';
import { findRecipe, recipes } from './recipes.js';
import { renderModule, renderTest } from './render.js';
import { exists, write } from '../shared/worktree.js';

const failed = (message: string): AuthorResult => ({ outcome: 'failed', message });

const known = (): string => recipes.map(({ name }) => name).join(', ');

/** Writes the function the issue asks for, with a test for every example. */
export const implement = async (
  task: TaskFile,
  worktree: string,
  flawSetting: string | undefined,
): Promise<AuthorResult> => {
  if (task.issue === null) return failed('the task names no issue');
  const request = parseIssueRequest(task.issue.body);
  if (request === undefined) {
    return failed('the issue has no example such as slugify("Hello World") => "hello-world"');
  }
  const { functionName, module, examples } = request;
  const recipe = findRecipe(functionName);
  if (recipe === undefined) return failed(`this author cannot write ${functionName}; it knows ${known()}`);
  const path = `src/${module}.js`;
  if (await exists(worktree, path)) return failed(`${path} exists already; name another module in the issue`);

  const flaws = flawsFor(flawSetting, task.issue.number);
  await write(worktree, path, renderModule(recipe, flaws));
  await write(worktree, `test/${module}.test.js`, renderTest(request));
  if (!flaws.slip) {
    const run = await runTests(worktree);
    if (!run.passed)
      return failed(`the examples of the issue do not fit ${functionName} as this author knows it:\n${run.output}`);
  }
  return {
    outcome: 'done',
    title: `feat: add ${functionName}`,
    summary: `Adds \`${functionName}\` in \`${path}\`. ${recipe.does}`,
    testPlan: `\`node --test\` runs ${examples.length} examples of the issue in \`test/${module}.test.js\`.`,
  };
};
