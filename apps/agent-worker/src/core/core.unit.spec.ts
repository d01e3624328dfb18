import { describe, expect, it } from '@jest/globals';
import { parseFact, type TaskBrief } from '@rig/contracts';
import { agentEnvironment } from './agent-environment.js';
import { isBranchName } from './branch-name.js';
import { commitMessage, conventionalTitle, defused, pullBody } from './pull-text.js';
import { outcomeFact, progressFact } from './report.js';
import { commentableLines, placeComments } from './review-comments.js';

const brief: TaskBrief = {
  taskId: '0197f3a0-0000-8000-8000-000000000001',
  kind: 'implement',
  agent: 'dev-e-1',
  attempt: 1,
  fence: 41,
  leaseMs: 30_000,
  repo: 'acme/greeter',
  defaultBranch: 'main',
  tier: 'T1',
  issue: { number: 7, title: 'Add x', body: '' },
  branch: 'rig/issue-7-x',
  pull: null,
  feedback: [],
};
const stamp = { id: '0197f3a0-0000-7000-8000-000000000002', time: '2026-03-01T00:00:00.000Z' };

describe('a pull request title', () => {
  it.each([
    ['feat: add slugify', 'feat: add slugify'],
    ['fix(api)!: break it', 'fix(api)!: break it'],
    ['Add slugify\nnow', 'feat: add slugify now'],
    ['', 'feat: the issue'],
  ])('is conventional: %j becomes %j', (proposed, title) => {
    expect(conventionalTitle(proposed, 'feat', 'The issue')).toBe(title);
  });

  it('stays below 70 characters', () => {
    const title = conventionalTitle(`feat: ${'many words '.repeat(20)}`, 'feat', '');
    expect(title.length).toBeLessThan(70);
    expect(title.endsWith('words') || title.endsWith('many')).toBe(true);
    expect(conventionalTitle('x'.repeat(300), 'fix', '')).toHaveLength(69);
  });
});

describe('a pull request body', () => {
  it('closes its own issue and no other', () => {
    const body = pullBody({ issue: 7, summary: 'Fixes #8, closes acme/other#9.', testPlan: 'Ask @ada.' });
    expect(body.match(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+[\w/]*#\d+/gi)).toEqual(['Closes #7']);
    expect(body).toContain('## Summary\n\n');
    expect(body).toContain('## Test plan\n\n');
    expect(body).not.toContain('@ada');
  });

  it('leaves code alone', () => {
    expect(defused('see `@param` and #7')).toBe('see `@param` and #7');
  });

  it('is told from the commit message by the trailer', () => {
    expect(commitMessage('feat: x', 'why', brief.taskId)).toBe(`feat: x\n\nwhy\n\nRig-Task: ${brief.taskId}\n`);
  });
});

describe('a branch name', () => {
  it.each(['main', 'rig/issue-7-slug', 'release/1.2', 'a+b'])('%s is usable', (name) => {
    expect(isBranchName(name)).toBe(true);
  });
  it.each(['', '-f', '--upload-pack=x', 'a..b', 'a b', 'a:b', 'a*', 'x.lock', '/a', 'a/', 'HEAD', 'a\n', 'a//b'])(
    '%j is not',
    (name) => {
      expect(isBranchName(name)).toBe(false);
    },
  );
});

describe('review comments', () => {
  const diff = [
    'diff --git src/a.js src/a.js',
    '--- src/a.js',
    '+++ src/a.js',
    '@@ -1,3 +1,3 @@',
    ' one',
    '-two',
    '+++ two',
    ' three',
    '@@ -10,0 +11 @@',
    '+eleven',
    'diff --git src/b.js src/b.js',
    '--- /dev/null',
    '+++ src/b.js',
    '@@ -0,0 +1,2 @@',
    '+x',
    '+y',
    '\\ No newline at end of file',
  ].join('\n');

  it('stand on lines that the diff shows', () => {
    const lines = commentableLines(diff);
    expect([...(lines.get('src/a.js') ?? [])]).toEqual([1, 2, 3, 11]);
    expect([...(lines.get('src/b.js') ?? [])]).toEqual([1, 2]);
  });

  it('are written into the body when they stand elsewhere', () => {
    const here = { path: 'src/b.js', line: 2, body: 'here' };
    const there = { path: 'src/a.js', line: 7, body: 'there' };
    expect(placeComments([here, there], diff, 'Two things.')).toEqual({
      placed: [here],
      body: 'Two things.\n\n- `src/a.js:7`: there',
    });
  });
});

describe('reports', () => {
  it('are facts that the gateway takes, however long the texts', () => {
    const long = 'x'.repeat(100_000);
    const done = { type: 'completed' as const, summary: long, pr: 8, headSha: 'a'.repeat(40), verdict: null };
    for (const fact of [
      progressFact(brief, stamp, 'push', long),
      outcomeFact(brief, stamp, done),
      outcomeFact(brief, stamp, { type: 'failed', code: 'AGENT_EXITED', message: long }),
    ]) {
      expect(parseFact(fact)).toMatchObject({ ok: true, value: { subject: 'issue/acme/greeter/7' } });
    }
  });

  it('of a review lie on the pull request', () => {
    const pull = { number: 9, title: '', body: '', headSha: 'a'.repeat(40), baseRef: 'main', round: 0 };
    const fact = progressFact({ ...brief, kind: 'review', pull }, stamp, 'clone', 'x');
    expect(fact.subject).toBe('pull/acme/greeter/9');
  });
});

describe('the environment of an agent command', () => {
  it('holds what is allowed and passed through, and no secret of Rig or the forge', () => {
    const from = {
      PATH: '/bin',
      HOME: '/root',
      RIG_ENROLMENT_TOKEN_FILE: '/secret',
      GITHUB_TOKEN: 't',
      ANTHROPIC_API_KEY: 'k',
      OTHER: 'o',
    };
    const own = { HOME: '/fresh', RIG_TASK_FILE: '/task' };
    expect(agentEnvironment(from, ['ANTHROPIC_API_KEY', 'GITHUB_TOKEN', 'RIG_ENROLMENT_TOKEN_FILE'], own)).toEqual({
      PATH: '/bin',
      HOME: '/fresh',
      RIG_TASK_FILE: '/task',
      ANTHROPIC_API_KEY: 'k',
    });
    expect(agentEnvironment(from, ['HOME'], own)['HOME']).toBe('/root');
  });
});
