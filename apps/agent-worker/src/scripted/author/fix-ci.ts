import type { AuthorResult, TaskFile } from '@rig/agent-kit';
import { runTests } from '../shared/run-tests.js';
import { mendFunction } from './edit.js';
import { findRecipe } from './recipes.js';
import { changedModules, write, type ChangedModule } from '../shared/worktree.js';

const failed = (message: string): AuthorResult => ({ outcome: 'failed', message });

/** The functions that the output of the checks names; all of the pull request when it names none. */
const suspects = (
  modules: readonly ChangedModule[],
  output: string,
): readonly { module: ChangedModule; name: string }[] => {
  const all = modules.flatMap((module) => module.exports.map((name) => ({ module, name })));
  const named = all.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(output));
  return named.length > 0 ? named : all;
};

/** Reads what the failing checks said, and writes the functions they name as they should be. */
export const fixCi = async (task: TaskFile, worktree: string): Promise<AuthorResult> => {
  const said = task.feedback.map(({ text }) => text).join('\n');
  const mended: string[] = [];
  for (const { module, name } of suspects(await changedModules(task, worktree), said)) {
    const recipe = findRecipe(name);
    if (recipe === undefined) continue;
    const source = mendFunction(module.source, recipe);
    if (source === module.source) continue;
    await write(worktree, module.path, source);
    mended.push(name);
  }
  const run = await runTests(worktree);
  if (!run.passed) return failed(`the tests still fail:\n${run.output}`);
  const what = mended.length === 0 ? 'the tests' : mended.join(', ');
  return {
    outcome: 'done',
    title: `fix: make ${what} pass the checks`,
    summary: `The checks found a slip in ${what}; it is mended.`,
    testPlan: '`node --test` passes.',
  };
};
