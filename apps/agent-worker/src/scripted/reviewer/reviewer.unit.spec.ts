import { describe, expect, it } from '@jest/globals';
import { demoIssue } from '@rig/agent-kit';
import { recipes } from '../author/recipes.js';
import { renderModule, renderTest } from '../author/render.js';
import { parseIssueRequest, type IssueRequest } from '../shared/issue-request.js';
import { checkExamples, checkScope } from './issue-check.js';
import { checkDocumentation, checkHabits, type Finding } from './source-check.js';
import { judge } from './verdict.js';

const request = parseIssueRequest(demoIssue(3).body) as IssueRequest;
const finding: Finding = { rule: 'documented', path: 'src/clamp.js', line: 1, message: 'document it' };
const thread = (id: string, body: string, resolved = false) => ({ id, path: 'src/clamp.js', line: 1, body, resolved });

describe('what the reviewer looks at', () => {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'has nothing against %s as it should be',
    (_n, recipe) => {
      const source = renderModule(recipe, { slip: false, undocumented: false });
      expect([...checkDocumentation('src/x.js', source), ...checkHabits('src/x.js', source)]).toEqual([]);
    },
  );

  it('wants every exported function documented, parameters and result included', () => {
    const source = '/** Adds.\n * @param a one\n */\nexport function add(a, b = 1) {}\nexport const id = (x) => x;\n';
    expect(checkDocumentation('src/x.js', source)).toMatchObject([
      { line: 4, message: expect.stringContaining('@param b, @returns') },
      { line: 5, message: expect.stringContaining('`id` is exported') },
    ]);
  });

  it('minds var, loose equality and printing in code, not in strings and comments', () => {
    const bad = 'var a = 1;\nif (a == 1 || a != 2) console.log(a);\n';
    expect(checkHabits('x', bad).map(({ rule, line }) => [rule, line])).toEqual([
      ['no-var', 1],
      ['strict-equality', 2],
      ['no-console', 2],
    ]);
    expect(
      checkHabits('x', "const t = 'var a == 1'; // console.log\n * a var == b\nif (a === b && a !== c && a <= d) {}"),
    ).toEqual([]);
  });

  it('wants every example of the issue tested', () => {
    expect(checkExamples(request, 'test/clamp.test.js', renderTest(request))).toEqual([]);
    const part = renderTest({ ...request, examples: request.examples.slice(1) });
    expect(checkExamples(request, 'test/clamp.test.js', part)).toMatchObject([
      { rule: 'examples-tested', message: expect.stringContaining('clamp(5,0,10) => 5') },
    ]);
  });

  it('wants files of the issue alone', () => {
    expect(checkScope(request, ['src/clamp.js', 'test/clamp.test.js', 'src/greet.js'])).toMatchObject([
      { path: 'src/greet.js' },
    ]);
  });
});

describe('the verdict', () => {
  it('asks for changes by line comments, and approves when there is nothing', () => {
    expect(judge([finding], [], 'The tests pass.')).toMatchObject({
      verdict: 'request-changes',
      comments: [{ path: 'src/clamp.js', line: 1, body: 'document it\n\n(rule: documented)' }],
      resolve: [],
    });
    expect(judge([], [], 'The tests pass.')).toMatchObject({ verdict: 'approve', comments: [] });
  });

  it('resolves its own threads that are settled and no others', () => {
    const threads = [
      thread('mine', 'x (rule: documented)'),
      thread('person', 'why?'),
      thread('old', 'x (rule: documented)', true),
    ];
    expect(judge([], threads, '')).toMatchObject({ resolve: ['mine'] });
  });

  it('does not say twice what an open thread says', () => {
    expect(judge([finding], [thread('mine', 'x (rule: documented)')], '')).toMatchObject({
      verdict: 'request-changes',
      comments: [],
      resolve: [],
    });
  });
});
