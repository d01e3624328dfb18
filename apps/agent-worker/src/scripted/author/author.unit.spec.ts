import { describe, expect, it } from '@jest/globals';
import { demoFunctions, demoIssue, firstIssue } from '@rig/agent-kit';
import { parseIssueRequest } from '../shared/issue-request.js';
import { documentFunction, mendFunction, mendHabits } from './edit.js';
import { flawsFor } from './flaws.js';
import { findRecipe, recipes } from './recipes.js';
import type { Recipe } from './recipe.js';
import { renderDocumentation, renderModule, renderTest } from './render.js';

const NO_FLAWS = { slip: false, undocumented: false };
const requestOf = (n: number) => parseIssueRequest(demoIssue(n).body);

/** How many of the examples the module gets right. */
const score = async (recipe: Recipe, slip: boolean): Promise<readonly boolean[]> => {
  const source = renderModule(recipe, { slip, undocumented: false });
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const call = (module as Record<string, (...args: unknown[]) => unknown>)[recipe.name];
  const examples = demoFunctions.find(({ name }) => name === recipe.name)?.examples ?? [];
  return examples.map(([args, returns]) => {
    const result = call?.(...(JSON.parse(`[${args}]`) as unknown[]));
    return JSON.stringify(result) === JSON.stringify(JSON.parse(returns));
  });
};

describe('the catalogue', () => {
  it('knows every function that demo issues ask for', () => {
    expect(demoFunctions.map(({ name }) => name).filter((name) => findRecipe(name) === undefined)).toEqual([]);
  });

  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'writes %s so that all examples hold, and a first draft that fails one',
    async (_name, recipe) => {
      const right = await score(recipe, false);
      expect(right.length).toBeGreaterThan(0);
      expect(right.every(Boolean)).toBe(true);
      expect((await score(recipe, true)).every(Boolean)).toBe(false);
    },
  );
});

describe('reading an issue', () => {
  it('finds function, module and examples', () => {
    expect(requestOf(11)).toEqual({
      functionName: 'slugify',
      module: 'slugify-2',
      examples: [
        { args: '"Hello World"', returns: '"hello-world"' },
        { args: '"  Spring & Summer  "', returns: '"spring-summer"' },
        { args: '"Ünïted Tèxt"', returns: '"united-text"' },
      ],
    });
    expect(parseIssueRequest('please do something')).toBeUndefined();
  });

  it('can do the issue that rig up prints', () => {
    const request = parseIssueRequest(firstIssue.body);
    expect(request?.examples.length).toBeGreaterThan(1);
    expect(findRecipe(request?.functionName ?? '')).toBeDefined();
    expect(request).toEqual({ ...requestOf(1), examples: requestOf(1)?.examples.slice(0, request?.examples.length) });
  });

  it.each([
    'slugify("A b") => "a-b"',
    '- slugify("A b") => "a-b"',
    '* [ ] `slugify("A b") => "a-b"`',
    '1. `slugify("A b")` => `"a-b"`.',
    '  `slugify("A b")`=>"a-b"',
  ])('finds an example written as %s', (line) => {
    expect(parseIssueRequest(`Please.\n${line}\n`)).toEqual({
      functionName: 'slugify',
      module: 'slugify',
      examples: [{ args: '"A b"', returns: '"a-b"' }],
    });
  });

  it('lets nothing but literals through', () => {
    expect(parseIssueRequest('clamp(process.exit(1)) => 1\nclamp(1) => process.exit(1)')).toBeUndefined();
    expect(parseIssueRequest('x(1) => 1\nModule: `src/../../etc.js`')?.module).toBe('x');
  });
});

describe('a first draft', () => {
  it('has the same flaws whenever it is drawn', () => {
    expect(flawsFor('seed:7', 12)).toEqual(flawsFor('seed:7', 12));
    const drawn = Array.from({ length: 200 }, (_, n) => flawsFor('seed:1', n));
    expect(drawn.filter(({ slip }) => slip).length).toBeGreaterThan(40);
    expect(drawn.filter(({ undocumented }) => !undocumented).length).toBeGreaterThan(60);
    expect(flawsFor('all', 1)).toEqual({ slip: true, undocumented: true });
    expect(flawsFor(undefined, 1)).toEqual(NO_FLAWS);
    expect(() => flawsFor('some', 1)).toThrow('write all, none or seed');
  });

  it('tests every example', () => {
    const request = requestOf(1);
    expect(request && renderTest(request)).toContain('assert.deepEqual(slugify("Hello World"), "hello-world");');
  });
});

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('mending %s', (_name, recipe) => {
  it('leaves the documentation when it mends the function, and the function when it documents', () => {
    const draft = renderModule(recipe, { slip: true, undocumented: true });
    const mended = mendFunction(draft, recipe);
    expect(mended).toBe(renderModule(recipe, { slip: false, undocumented: true }));
    expect(documentFunction(mended, recipe)).toBe(renderModule(recipe, NO_FLAWS));
    expect(mendFunction(documentFunction(draft, recipe), recipe)).toBe(renderModule(recipe, NO_FLAWS));
  });

  it('replaces poor documentation', () => {
    const poor = `/** Does it. */\n${renderModule(recipe, { slip: false, undocumented: true })}`;
    const mended = documentFunction(poor, recipe);
    expect(mended.startsWith(renderDocumentation(recipe))).toBe(true);
    expect(mended).not.toContain('Does it.');
  });
});

describe('small habits', () => {
  it('are mended only where the comment names them', () => {
    const source = 'var a = 1;\nif (a == 1) {\n  console.log(a);\n}\n';
    expect(mendHabits(source, 'Use `const`, not `var`.')).toContain('let a = 1;');
    expect(mendHabits(source, 'Use `===`, not `==`.')).toContain('a === 1');
    expect(mendHabits(source, 'drop the `console.log`')).not.toContain('console');
    expect(mendHabits(source, 'nice')).toBe(source);
  });
});
