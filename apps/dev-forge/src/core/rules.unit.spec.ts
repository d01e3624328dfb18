import { describe, expect, it } from '@jest/globals';
import { closedIssues } from './closing-keywords.js';
import { ownersOf, parseCodeowners, unknownOwners } from './codeowners.js';
import { diffLines, lineAt, splitPatches } from './diff.js';
import { claimsProblem } from './jwt-claims.js';
import {
  checkState,
  effectiveProtection,
  mergeableState,
  mergeObstacle,
  openProtection,
  reviewDecision,
  type MergeFacts,
} from './mergeability.js';
import type { CheckRun, CommitStatus, Review, ReviewState } from './model.js';
import { isBranchName, isRepoPart, isRepoPath } from './names.js';
import { linkHeader, pageOf, slice } from './pagination.js';
import { allows, legacyPermission, within } from './permissions.js';

const run = (id: number, conclusion: string | null): CheckRun => ({
  id,
  repoId: 1,
  suiteId: 1,
  appId: 1,
  headSha: 'a',
  name: 'test',
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
  externalId: '',
  detailsUrl: null,
  output: { title: null, summary: null, text: null },
  startedAt: null,
  completedAt: null,
  ours: true,
});

const status = (id: number, state: CommitStatus['state']): CommitStatus => ({
  id,
  repoId: 1,
  sha: 'a',
  context: 'test',
  state,
  description: null,
  targetUrl: null,
  creator: 'ada',
  createdAt: '',
});

const review = (id: number, author: string, state: ReviewState): Review => ({
  id,
  repoId: 1,
  number: 2,
  author,
  state,
  body: '',
  commitId: 'a',
  submittedAt: '',
  updatedAt: '',
});

const clean: MergeFacts = {
  open: true,
  draft: false,
  conflicts: false,
  behindBy: 0,
  protection: openProtection,
  runs: [],
  statuses: [],
  reviews: [],
  unapprovedOwnedPaths: [],
};

describe('CODEOWNERS', () => {
  const rules = parseCodeowners(
    '# who\n*.js @ada # all scripts\n/docs/ @bea @org/docs\nbuild/logs @ada\n/docs/free.md\n/lib/* @rig[bot]\n',
  );

  it('lets the last matching rule decide, even one without owners', () => {
    expect(ownersOf(rules, 'src/a.js')).toEqual(['@ada']);
    expect(ownersOf(rules, 'docs/x/y.js')).toEqual(['@bea', '@org/docs']);
    expect(ownersOf(rules, 'docs/free.md')).toEqual([]);
    expect(ownersOf(rules, 'README.md')).toEqual([]);
  });

  it('matches one level for a star and all levels for a folder', () => {
    expect(ownersOf(rules, 'lib/a.ts')).toEqual(['@rig[bot]']);
    expect(ownersOf(rules, 'lib/a/b.ts')).toEqual([]);
    expect(ownersOf(rules, 'build/logs/a/b.txt')).toEqual(['@ada']);
    expect(ownersOf(parseCodeowners('/a/**/z.ts @x'), 'a/b/c/z.ts')).toEqual(['@x']);
  });

  it('finds owners who are no people', () => {
    const found = unknownOwners(rules, (login) => login === 'ada' || login === 'bea');
    expect(found.map(({ owner }) => owner)).toEqual(['@rig[bot]']);
  });
});

describe('merging', () => {
  it('reads check runs and statuses of one name together, the newest of each', () => {
    expect(checkState('test', [], [])).toBe('missing');
    expect(checkState('test', [run(1, 'failure'), run(2, 'success')], [])).toBe('passed');
    expect(checkState('test', [run(1, 'success')], [status(1, 'failure')])).toBe('failed');
    expect(checkState('test', [run(1, 'success'), run(2, null)], [])).toBe('pending');
  });

  it('asks for what protection and rulesets ask for together', () => {
    const rules = { ...openProtection, requiredChecks: ['lint'], strict: true };
    const rulesets = [{ id: 1, name: 'r', branches: ['~DEFAULT_BRANCH'], protection: rules }];
    const own = { ...openProtection, requiredChecks: ['test'], approvals: 1 };
    expect(effectiveProtection(own, rulesets, 'main', 'main')).toMatchObject({
      requiredChecks: ['test', 'lint'],
      strict: true,
      approvals: 1,
    });
    expect(effectiveProtection(undefined, rulesets, 'other', 'main')).toEqual(openProtection);
  });

  it('says what stands in the way', () => {
    const required = { ...openProtection, requiredChecks: ['test'] };
    expect(mergeObstacle(clean)).toBeUndefined();
    expect(mergeObstacle({ ...clean, draft: true })).toContain('draft');
    expect(mergeObstacle({ ...clean, protection: required })).toBe('Required status check "test" is expected.');
    const strict = { ...clean, behindBy: 1, protection: { ...openProtection, strict: true } };
    expect(mergeObstacle(strict)).toContain('out of date');
    expect(mergeableState(strict)).toBe('behind');
    expect(mergeableState({ ...clean, protection: required })).toBe('blocked');
    expect(mergeableState({ ...clean, runs: [run(1, 'failure')] })).toBe('unstable');
    expect(mergeableState({ ...clean, conflicts: true })).toBe('dirty');
    const approved = { ...clean, protection: { ...openProtection, approvals: 1 } };
    expect(mergeObstacle({ ...approved, reviews: [review(1, 'bea', 'APPROVED')] })).toBeUndefined();
    expect(mergeObstacle(approved)).toContain('approving review');
  });

  it('keeps an opinion until the same reviewer changes it or it is dismissed', () => {
    const asked = review(1, 'bea', 'CHANGES_REQUESTED');
    expect(reviewDecision([asked, review(2, 'bea', 'COMMENTED')], 0)).toBe('CHANGES_REQUESTED');
    expect(reviewDecision([asked, review(2, 'bea', 'APPROVED')], 0)).toBe('APPROVED');
    expect(reviewDecision([review(1, 'bea', 'DISMISSED')], 1)).toBe('REVIEW_REQUIRED');
    expect(reviewDecision([], 0)).toBeNull();
  });
});

describe('texts', () => {
  it('finds the issues that a body closes in this repository', () => {
    const text = 'Closes #1, fixes: #2 and resolved acme/greeter#3; closes other/repo#4, see #5, closes #1';
    expect(closedIssues(text, 'acme/greeter')).toEqual([1, 2, 3]);
  });

  it('places comments on lines of a diff only', () => {
    const diff = 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n';
    const patch = splitPatches(diff).get('x') ?? '';
    expect(diffLines(patch).map(({ side, line, position }) => [side, line, position])).toEqual([
      ['LEFT', 1, 1],
      ['RIGHT', 1, 1],
      ['LEFT', 2, 2],
      ['RIGHT', 2, 3],
      ['RIGHT', 3, 4],
    ]);
    expect(lineAt(patch, 'RIGHT', 3)?.hunk).toBe('@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d');
    expect(lineAt(patch, 'RIGHT', 4)).toBeUndefined();
  });

  it('keeps names from reaching git as options or leaving their folder', () => {
    expect(['rig/issue-1', 'a.b'].every(isBranchName)).toBe(true);
    expect(['-x', 'a..b', 'a b', 'x.lock', '/a', 'a/', '@', 'a@{1}', ''].some(isBranchName)).toBe(false);
    expect([isRepoPart('greeter'), isRepoPart('..'), isRepoPart('a/b'), isRepoPart('a.git')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([isRepoPath('a/b.js'), isRepoPath('../a'), isRepoPath('a//b'), isRepoPath('/a')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('limits', () => {
  it('gives an assertion ten minutes', () => {
    expect(claimsProblem({ iat: 970, exp: 1570 }, 1000)).toBeUndefined();
    expect(claimsProblem({ iat: 1000, exp: 1601 }, 1000)).toContain('too far in the future');
    expect(claimsProblem({ iat: 1100, exp: 1200 }, 1000)).toContain('Issued at');
    expect(claimsProblem({ iat: 1, exp: '9' }, 1000)).toContain('Expiration time');
  });

  it('pages with links to the neighbours', () => {
    const url = new URL('http://forge/x?per_page=2&page=2');
    const page = pageOf({ page: '2', per_page: '2' });
    expect(slice([1, 2, 3, 4, 5], page)).toEqual([3, 4]);
    expect(linkHeader(url, page, 5)?.match(/rel="\w+"/g)).toEqual([
      'rel="prev"',
      'rel="next"',
      'rel="last"',
      'rel="first"',
    ]);
    expect(linkHeader(url, { page: 1, perPage: 30 }, 5)).toBeUndefined();
    expect(pageOf({ page: '-1', per_page: '999' })).toEqual({ page: 1, perPage: 100 });
  });

  it('ranks permissions', () => {
    expect(allows({}, 'metadata', 'read')).toBe(true);
    expect(allows({ contents: 'read' }, 'contents', 'write')).toBe(false);
    expect(within({ contents: 'read' }, { contents: 'write' })).toBe(true);
    expect(legacyPermission('maintain')).toBe('write');
  });
});
