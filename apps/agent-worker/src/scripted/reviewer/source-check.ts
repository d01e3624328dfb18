/** Something a reviewer objects to. */
export interface Finding {
  /** Stable, so that a later round knows the thread again. */
  readonly rule:
    'documented' | 'examples-tested' | 'no-var' | 'strict-equality' | 'no-console' | 'belongs-to-issue' | 'tests-pass';
  readonly path: string;
  /** Line in the new file, from 1. */
  readonly line: number;
  readonly message: string;
}

/** The line with strings and line comments blanked out, so that only code is judged. */
const codeOf = (line: string): string =>
  line.replace(/(["'`])(?:\\.|(?!\1).)*\1/g, '""').replace(/\/\/.*$|^\s*\/?\*.*$/, '');

const HABITS: readonly (readonly [Finding['rule'], RegExp, string])[] = [
  ['no-var', /\bvar\s/, 'Use `const` or `let` here, not `var`.'],
  ['strict-equality', /(?:^|[^=!<>])[=!]=(?!=)/, 'Use `===` and `!==` here, not `==` or `!=`: they convert types.'],
  ['no-console', /\bconsole\.log\b/, 'A library does not print: drop the `console.log`.'],
];

export const checkHabits = (path: string, source: string): readonly Finding[] =>
  source.split('\n').flatMap((line, n) =>
    HABITS.filter(([, pattern]) => pattern.test(codeOf(line))).map(([rule, , message]) => ({
      rule,
      path,
      line: n + 1,
      message,
    })),
  );

const EXPORTED =
  /^export\s+(?:async\s+)?(?:function\s*\*?\s*(\w+)\s*\(([^)]*)\)|const\s+(\w+)\s*=\s*(?:async\s*)?\(([^)]*)\)\s*=>)/gm;

/** The JSDoc block that ends right above `index`. */
const blockAbove = (source: string, index: number): string => {
  const above = source.slice(0, index).trimEnd();
  return above.endsWith('*/') ? above.slice(above.lastIndexOf('/**')) : '';
};

const missingTags = (block: string, params: string): readonly string[] => {
  const names = params.split(',').flatMap((param) => /^\s*(?:\.\.\.)?(\w+)/.exec(param)?.[1] ?? []);
  const missing = names.filter((name) => !new RegExp(`@param\\s+(?:\\{[^}]*\\}\\s*)?\\[?${name}\\b`).test(block));
  return [...missing.map((name) => `@param ${name}`), ...(/@returns?\b/.test(block) ? [] : ['@returns'])];
};

/** Every exported function has JSDoc with all its @param and @returns. */
export const checkDocumentation = (path: string, source: string): readonly Finding[] =>
  [...source.matchAll(EXPORTED)].flatMap((match) => {
    const name = match[1] ?? match[3] ?? '';
    const missing = missingTags(blockAbove(source, match.index), match[2] ?? match[4] ?? '');
    if (missing.length === 0) return [];
    const line = source.slice(0, match.index).split('\n').length;
    const message = `\`${name}\` is exported: document it with JSDoc, ${missing.join(', ')} included.`;
    return [{ rule: 'documented' as const, path, line, message }];
  });
