/**
 * Arithmetic of `scalingModifiers.formula`, as far as it is plain: names of triggers, numbers, `+ - * /` and brackets.
 * KEDA's own language has more; whoever uses that adds it here first.
 */
const TOKEN = /\s*(?:([0-9]+(?:\.[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|([-+*/()]))/y;

const tokenise = (formula: string): readonly string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = formula.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`the formula "${formula}" has more than names, numbers, + - * / and brackets`);
    tokens.push(match[0].trim());
  }
  return tokens;
};

/** @throws Error for a formula it does not know, or a name that no trigger has */
export const evaluateFormula = (formula: string, values: Readonly<Record<string, number>>): number => {
  const tokens = [...tokenise(formula)];
  const atom = (): number => {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const inner = sum();
      if (tokens.shift() !== ')') throw new Error(`the formula "${formula}" misses a bracket`);
      return inner;
    }
    if (token === '-') return -atom();
    const value = /^[0-9]/.test(token) ? Number(token) : values[token];
    if (value === undefined) throw new Error(`the formula "${formula}" names "${token}", which no trigger has`);
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[0] === '*' || tokens[0] === '/') value = tokens.shift() === '*' ? value * atom() : value / atom();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+' || tokens[0] === '-')
      value = tokens.shift() === '+' ? value + product() : value - product();
    return value;
  };
  const value = sum();
  if (tokens.length > 0) throw new Error(`the formula "${formula}" goes on after its end`);
  return value;
};
