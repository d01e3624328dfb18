import type { AuthorResult, TaskFile } from '@rig/agent-kit';
import { parseIssueRequest } from '../shared/issue-request.js';
import { runTests } from '../shared/run-tests.js';
import { documentFunction, mendFunction, mendHabits, wantsDocumentation, wantsExample, wantsRepair } from './edit.js';
import { findRecipe } from './recipes.js';
import { renderExample, renderTest } from './render.js';
import { changedModules, exists, read, write, type ChangedModule } from '../shared/worktree.js';

const failed = (message: string): AuthorResult => ({ outcome: 'failed', message });

interface Wish {
  /** The file a thread stands at; undefined for what was said of the whole. */
  readonly path: string | undefined;
  readonly text: string;
}

/** What is asked for: the open threads, or the review's words where there are no threads. */
const wishesOf = (task: TaskFile): readonly Wish[] => {
  const open = task.threads.filter((thread) => !thread.resolved).map(({ path, body }) => ({ path, text: body }));
  return open.length > 0 ? open : task.feedback.map(({ text }) => ({ path: undefined, text }));
};

const fulfil = (source: string, names: readonly string[], wish: string): string => {
  let mended = mendHabits(source, wish);
  for (const recipe of names.map(findRecipe)) {
    if (recipe === undefined) continue;
    if (wantsRepair(wish)) mended = mendFunction(mended, recipe);
    if (wantsDocumentation(wish)) mended = documentFunction(mended, recipe);
  }
  return mended;
};

/** Adds tests for examples of the issue that no test covers yet. */
const coverExamples = async (task: TaskFile, worktree: string): Promise<boolean> => {
  const request = parseIssueRequest(task.issue?.body ?? '');
  if (request === undefined) return false;
  const path = `test/${request.module}.test.js`;
  if (!(await exists(worktree, path))) {
    await write(worktree, path, renderTest(request));
    return true;
  }
  const source = await read(worktree, path);
  const missing = request.examples
    .map((example) => renderExample(request.functionName, example))
    .filter((test) => !source.includes(test));
  if (missing.length === 0) return false;
  await write(worktree, path, `${source.trimEnd()}\n\n${missing.join('\n\n')}\n`);
  return true;
};

const fulfilInModules = async (
  wish: Wish,
  modules: readonly ChangedModule[],
  sources: Map<string, string>,
): Promise<boolean> => {
  let changed = false;
  for (const module of modules.filter(({ path }) => wish.path === undefined || wish.path === path)) {
    const before = sources.get(module.path) ?? module.source;
    const after = fulfil(before, module.exports, wish.text);
    sources.set(module.path, after);
    changed ||= after !== before;
  }
  return changed;
};

/** Does what the open review threads ask for; says so honestly when it does not understand one. */
export const fixReview = async (task: TaskFile, worktree: string): Promise<AuthorResult> => {
  const modules = await changedModules(task, worktree);
  const sources = new Map<string, string>();
  const puzzling: string[] = [];
  const done: string[] = [];
  for (const wish of wishesOf(task)) {
    const inTests = wantsExample(wish.text) && (await coverExamples(task, worktree));
    const inModules = await fulfilInModules(wish, modules, sources);
    if (inTests || inModules) done.push(wish.path ?? 'the pull request');
    else puzzling.push(`${wish.path ?? 'review'}: ${wish.text.slice(0, 200)}`);
  }
  for (const [path, source] of sources) await write(worktree, path, source);
  if (done.length === 0 && puzzling.length > 0) {
    return failed(`this author does not know how to do what the review asks for:\n${puzzling.join('\n')}`);
  }
  const run = await runTests(worktree);
  if (!run.passed) return failed(`after the changes the tests fail:\n${run.output}`);
  return {
    outcome: 'done',
    title: 'fix: do what the review asks for',
    summary: `Follows ${done.length} remark(s) of the review in ${[...new Set(done)].join(', ')}.`,
    testPlan: '`node --test` passes.',
  };
};
