import type { IssueRequest } from '../shared/issue-request.js';
import type { Finding } from './source-check.js';

const squeezed = (text: string): string => text.replace(/\s+/g, '').replaceAll("'", '"');

/** Every example of the issue is covered by a test: a line that calls the function so and names the result. */
export const checkExamples = (request: IssueRequest, path: string, test: string): readonly Finding[] => {
  const text = squeezed(test);
  const missing = request.examples.filter(({ args, returns }) => {
    const call = squeezed(`${request.functionName}(${args})`);
    return !text.includes(`${call},${squeezed(returns)}`);
  });
  if (missing.length === 0) return [];
  const calls = missing.map(({ args, returns }) => `\`${request.functionName}(${args}) => ${returns}\``);
  const message = `No test covers this example of the issue: ${calls.join(', ')}.`;
  return [{ rule: 'examples-tested', path, line: 1, message }];
};

/** Files that an issue of this kind has to do with. */
export const belongs = (request: IssueRequest, path: string): boolean =>
  path === `src/${request.module}.js` || path === `test/${request.module}.test.js` || path === 'README.md';

export const checkScope = (request: IssueRequest, paths: readonly string[]): readonly Finding[] =>
  paths
    .filter((path) => !belongs(request, path))
    .map((path) => ({
      rule: 'belongs-to-issue',
      path,
      line: 1,
      message: 'This file has nothing to do with the issue: take it out of the pull request.',
    }));
