import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { demoIssue, type AuthorResult, type ReviewerResult, type TaskFile } from '@rig/agent-kit';
import type { TaskBrief } from '@rig/contracts';
import { systemClock } from '@rig/kernel';
import { createWorkspaces } from '../edge/workspaces.js';
import { createAuthorTask } from '../flows/author-task.js';
import type { AgentCommand, Attempt } from '../flows/ports.js';
import { createReviewTask } from '../flows/review-task.js';
import { briefOf, createLocalForge, type LocalForge } from '../testing/local-forge.fixture.spec.js';
import { fixCi } from './author/fix-ci.js';
import { fixReview } from './author/fix-review.js';
import { implement } from './author/implement.js';
import { review } from './reviewer/review.js';
import { runTests, type TestRun } from './shared/run-tests.js';

const template = join(dirname(fileURLToPath(import.meta.url)), '../../../cli/templates/greeter');
let local: LocalForge;

beforeEach(async () => {
  local = await createLocalForge(template);
  await mkdir(local.work);
});
afterEach(() => local.remove());

type Play = (task: TaskFile, tree: string) => Promise<AuthorResult | ReviewerResult>;

/** The scripted agents in this process; `ci` is what the tests say about the tree they leave. */
const play = (flaws: string, seen: { ci?: TestRun }): AgentCommand => {
  const plays: Readonly<Record<TaskBrief['kind'], Play>> = {
    implement: (task, tree) => implement(task, tree, flaws),
    'fix-ci': fixCi,
    'fix-review': fixReview,
    review,
  };
  return {
    run: async (task, { tree }) => {
      const result = await plays[task.kind](task, tree);
      seen.ci = await runTests(tree);
      return JSON.stringify(result);
    },
  };
};

const stage = (n: number, flaws: string) => {
  const { title, body } = demoIssue(n);
  const seen: { ci?: TestRun } = {};
  const tools = {
    workspaces: createWorkspaces({ git: local.git, clock: systemClock, root: local.work, worker: 'w-0' }),
    agent: play(flaws, seen),
    forge: () => local.forge,
  };
  const author = createAuthorTask(tools);
  const reviewer = createReviewTask(tools);
  let headSha = '';
  const act = async (kind: TaskBrief['kind'], feedback = '') => {
    const pull = kind === 'implement' ? null : { number: 100, title: '', body: '', headSha, baseRef: 'main', round: 0 };
    const issue = { number: n, title, body };
    const brief = briefOf({ kind, issue, pull, feedback: [{ source: 'test', text: feedback }] });
    const attempt: Attempt = {
      brief,
      signal: new AbortController().signal,
      progress: () => undefined,
      token: async () => local.token,
    };
    const outcome = await (kind === 'review' ? reviewer(attempt) : author(attempt));
    if (outcome.type === 'failed') throw new Error(`${outcome.code}: ${outcome.message}`);
    headSha = outcome.headSha ?? headSha;
    return outcome;
  };
  return { act, seen };
};

describe('the story of the demo', () => {
  it.each([1, 4, 9])('has one failing run and one round of changes for issue %d', async (n) => {
    const { act, seen } = stage(n, 'all');
    await act('implement');
    expect(seen.ci?.passed).toBe(false);
    await act('fix-ci', seen.ci?.output);
    expect(seen.ci?.passed).toBe(true);
    expect(await act('review')).toMatchObject({ verdict: 'changes-requested' });
    expect(local.threads).toMatchObject([{ resolved: false, body: expect.stringContaining('(rule: documented)') }]);
    await act('fix-review');
    expect(seen.ci?.passed).toBe(true);
    expect(await act('review')).toMatchObject({ verdict: 'approved' });
    expect(local.threads).toMatchObject([{ resolved: true }]);
    expect(local.pulls).toHaveLength(1);
    expect(await local.bare('diff', '--name-only', 'main', 'rig/issue-7-slugify')).toMatch(
      /^src\/[a-z-]+\.js\ntest\/[a-z-]+\.test\.js\n$/,
    );
  });

  it('is short without flaws', async () => {
    const { act, seen } = stage(12, 'none');
    await act('implement');
    expect(seen.ci?.passed).toBe(true);
    expect(await act('review')).toMatchObject({ verdict: 'approved' });
    expect(local.reviews).toMatchObject([{ verdict: 'approve', comments: [] }]);
  });

  it('ends honestly for a function that the author does not know, or knows otherwise', async () => {
    const issue = (body: string) => ({ number: 1, title: 't', body });
    const task = (body: string): TaskFile => ({
      ...briefOf({ issue: issue(body) }),
      startSha: '0'.repeat(40),
      diffBase: '0'.repeat(40),
      threads: [],
    });
    const tree = join(local.folder, 'seed');
    expect(await implement(task('sing("la") => "la la"'), tree, 'none')).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('it knows slugify'),
    });
    expect(await implement(task('clamp(1, 2, 3) => 1'), tree, 'none')).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('do not fit clamp'),
    });
  });
});
