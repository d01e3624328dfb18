export interface Token {
  readonly kind: 'name' | 'punctuator' | 'number' | 'string' | 'variable' | 'end';
  readonly text: string;
}

/** A document that cannot be read. */
export class GraphqlSyntaxError extends Error {}

const pattern =
  /[\s,\uFEFF]+|#[^\n\r]*|(\.\.\.|[!&()[\]{}:=@|])|\$([A-Za-z_]\w*)|([A-Za-z_]\w*)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"""([\s\S]*?)"""|("(?:[^"\\\n]|\\.)*")/y;

/** Cuts a document into words. */
export const tokenize = (source: string): Token[] => {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match === null) throw new GraphqlSyntaxError(`Syntax Error: unexpected character at ${at}`);
    const [, punctuator, variable, name, number, block, string] = match;
    if (punctuator !== undefined) tokens.push({ kind: 'punctuator', text: punctuator });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (block !== undefined) tokens.push({ kind: 'string', text: block.trim() });
    else if (string !== undefined) tokens.push({ kind: 'string', text: JSON.parse(string) as string });
  }
  return [...tokens, { kind: 'end', text: '' }];
};
