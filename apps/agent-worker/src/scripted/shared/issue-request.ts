/** One line of an issue's table: a call and what it returns. */
export interface Example {
  /** The arguments as the issue writes them, white space normalised. */
  readonly args: string;
  readonly returns: string;
}

export interface IssueRequest {
  readonly functionName: string;
  /** File name without folder and extension. */
  readonly module: string;
  readonly examples: readonly Example[];
}

/** A call and its result, maybe as an item of a Markdown list, maybe in backticks (the whole of it or each side). */
const EXAMPLE =
  /^\s*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(?:\[[ xX]\]\s+)?`*([A-Za-z_$][\w$]*)\((.*)\)`*\s*=>\s*`*([^\s`].*?)`*[.,;]?\s*$/;
/** Longer lines are no examples. */
const MAX_LINE = 1_000;
const MODULE = /^Module:\s*`?src\/([a-z0-9][a-z0-9-]{0,60})\.js`?\s*$/m;
const MAX_EXAMPLES = 50;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON written again, so that blanks make no difference and nothing but literals can get into a test file. */
const rewritten = (json: string): string => JSON.stringify(JSON.parse(json));

export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads what an issue asks for: lines such as `slugify("Hello World") => "hello-world"`, whose arguments and result are
 * JSON (list items and backticks are fine), and an optional line ``Module: `src/slugify-2.js` ``. Undefined when there is no example.
 */
export const parseIssueRequest = (text: string): IssueRequest | undefined => {
  let functionName: string | undefined;
  const examples: Example[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, name, args = '', returns = ''] = line.length > MAX_LINE ? [] : (EXAMPLE.exec(line) ?? []);
    if (name === undefined || !isJson(`[${args}]`) || !isJson(returns)) continue;
    functionName ??= name;
    if (name !== functionName || examples.length >= MAX_EXAMPLES) continue;
    examples.push({ args: rewritten(`[${args}]`).slice(1, -1), returns: rewritten(returns) });
  }
  if (functionName === undefined) return undefined;
  return { functionName, module: MODULE.exec(text)?.[1] ?? kebabCase(functionName), examples };
};
