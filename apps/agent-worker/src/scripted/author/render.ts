import type { Example, IssueRequest } from '../shared/issue-request.js';
import type { Recipe } from './recipe.js';

export const renderDocumentation = (recipe: Recipe): string =>
  [
    '/**',
    ` * ${recipe.does}`,
    ...recipe.params.map(({ name, type, says }) => ` * @param {${type}} ${name}  ${says}`),
    ` * @returns {${recipe.returns.type}} ${recipe.returns.says}`,
    ' */',
  ].join('\n');

export const renderFunction = (recipe: Recipe, lines: readonly string[] = recipe.body): string =>
  [
    `export function ${recipe.name}(${recipe.params.map(({ name }) => name).join(', ')}) {`,
    ...lines.map((line) => `  ${line}`),
    '}',
  ].join('\n');

export interface Flaws {
  /** The first draft has a slip that its own tests find. */
  readonly slip: boolean;
  /** The first draft is not documented. */
  readonly undocumented: boolean;
}

export const renderModule = (recipe: Recipe, flaws: Flaws): string =>
  [
    ...(flaws.undocumented ? [] : [renderDocumentation(recipe)]),
    renderFunction(recipe, flaws.slip ? recipe.draft : recipe.body),
    '',
  ].join('\n');

export const renderExample = (functionName: string, { args, returns }: Example): string =>
  [
    `test(${JSON.stringify(`${functionName}(${args}) => ${returns}`)}, () => {`,
    `  assert.deepEqual(${functionName}(${args}), ${returns});`,
    '});',
  ].join('\n');

export const renderTest = ({ functionName, module, examples }: IssueRequest): string =>
  [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { ${functionName} } from '../src/${module}.js';`,
    '',
    examples.map((example) => renderExample(functionName, example)).join('\n\n'),
    '',
  ].join('\n');
