/** The languages whose one-liners are looked into. */
export type Language = 'python' | 'js' | 'perl' | 'ruby' | 'php' | 'awk' | 'other';

export interface Token {
  readonly kind: 'text' | 'name' | 'number' | 'sign';
  readonly value: string;
  /** Backquotes: text that is run. */
  readonly runs: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', a: '\x07', e: '\x1b' };

const unescape = (text: string): string =>
  text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|[\s\S])/g, (_whole, escape: string) => {
    if (/^[xu]./.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
    return ESCAPES[escape] ?? escape;
  });

/** Index of the brace that closes the one at `open`, at most some hundred characters on; `open` if none does. */
const balanced = (code: string, open: number): number => {
  let depth = 0;
  for (let i = open; i < Math.min(code.length, open + 400); i++) {
    if (code[i] === '{') depth++;
    else if (code[i] === '}' && --depth === 0) return i;
  }
  return open;
};

const closing = (code: string, from: number, quote: string, nests = false): number => {
  for (let i = from; i < code.length; i++) {
    if (code[i] === '\\') i++;
    else if (code.startsWith(quote, i)) return i;
    else if (nests && code[i + 1] === '{' && (code[i] === '#' || code[i] === '$')) i = balanced(code, i + 1);
  }
  return code.length;
};

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** `qx{…}`, `%x(…)`, `qq[…]`, `q/…/`: the text and where it ends. */
const quoteLike = (
  code: string,
  at: number,
  language: Language,
): { text: string; end: number; runs: boolean } | undefined => {
  const pattern =
    language === 'perl' ? /(qx|qq|q)\s*([^\w\s=,;)])/y : language === 'ruby' ? /%([xqQ])([^\w\s=])/y : undefined;
  if (pattern === undefined || (language === 'perl' && /[\w$@%&]/.test(code.charAt(at - 1)))) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(code);
  const open = match?.[2];
  if (match === null || open === undefined) return undefined;
  const from = at + match[0].length;
  const end = closing(code, from, PAIRS[open] ?? open);
  return { text: code.slice(from, end), end: end + 1, runs: match[1]?.endsWith('x') === true };
};

const commentEnd = (code: string, at: number, language: Language): number | undefined => {
  const hash = language !== 'js' && code[at] === '#';
  const slashes = (language === 'js' || language === 'php') && code.startsWith('//', at) && code[at - 1] !== ':';
  if (hash || slashes) {
    const end = code.indexOf('\n', at);
    return end === -1 ? code.length : end;
  }
  if (code.startsWith('/*', at) && (language === 'js' || language === 'php')) {
    const end = code.indexOf('*/', at + 2);
    return end === -1 ? code.length : end + 2;
  }
  return undefined;
};

const stringAt = (code: string, at: number, language: Language): { token: Token; end: number } | undefined => {
  const char = code[at] ?? '';
  const like = quoteLike(code, at, language);
  if (like !== undefined)
    return { token: { kind: 'text', value: unescape(like.text), runs: like.runs }, end: like.end };
  if (char !== "'" && char !== '"' && char !== '`') return undefined;
  const quote = language === 'python' && code.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
  const nests = (language === 'ruby' && char === '"') || (language === 'js' && char === '`');
  const end = closing(code, at + quote.length, quote, nests);
  const body = code.slice(at + quote.length, end);
  const raw = language === 'python' && /[rR]/.test(code.charAt(at - 1));
  const runs = char === '`' && language !== 'js' && language !== 'python';
  return { token: { kind: 'text', value: raw ? body : unescape(body), runs }, end: end + quote.length };
};

const sign = (value: string): Token => ({ kind: 'sign', value, runs: false });

/** `qw(a b)`, `%w[a b]`, `<*.c>`: a list of words. */
const wordsAt = (
  code: string,
  at: number,
  language: Language,
): { tokens: readonly Token[]; end: number } | undefined => {
  const pattern =
    language === 'perl'
      ? /qw\s*([({[/<|!])|<(?=[^\s<>=;]*[*?/][^\s<>=;]*>)/y
      : language === 'ruby'
        ? /%[wi]([({[/<|!])/y
        : undefined;
  if (pattern === undefined || /[\w$@%]/.test(code.charAt(at - 1))) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(code);
  if (match === null) return undefined;
  const from = at + match[0].length;
  const open = match[1] ?? '<';
  const end = closing(code, from, PAIRS[open] ?? open);
  const glob = match[1] === undefined;
  const texts = code
    .slice(from, end)
    .trim()
    .split(/\s+/)
    .map((word): Token => ({ kind: 'text', value: word, runs: false }));
  const list = texts.flatMap((token, index) => (index === 0 ? [token] : [sign(','), token]));
  return {
    tokens: glob ? [{ kind: 'name', value: 'glob', runs: false }, ...list] : [sign('['), ...list, sign(']')],
    end: end + 1,
  };
};

/** Cuts code into strings, names, numbers and signs; comments are dropped. Never fails. */
export const tokenise = (code: string, language: Language): readonly Token[] => {
  const tokens: Token[] = [];
  const word = /[A-Za-z_$@][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_][\w$]*[!?]?)*/y;
  const number = /0[xob]?[\da-fA-F_]+|\d+/y;
  for (let i = 0; i < code.length;) {
    const comment = commentEnd(code, i, language);
    if (comment !== undefined) {
      i = comment;
      continue;
    }
    const words = wordsAt(code, i, language);
    if (words !== undefined) {
      tokens.push(...words.tokens);
      i = words.end;
      continue;
    }
    const string = stringAt(code, i, language);
    if (string !== undefined) {
      const last = tokens.at(-1);
      if (last?.kind === 'name' && /^(f|r|b|u|rb|br|fr|rf)$/i.test(last.value) && language === 'python') tokens.pop();
      tokens.push(string.token);
      i = string.end;
      continue;
    }
    word.lastIndex = number.lastIndex = i;
    const match = word.exec(code)?.[0] ?? number.exec(code)?.[0];
    const char = code[i] ?? '';
    if (match !== undefined) tokens.push({ kind: /^\d/.test(match) ? 'number' : 'name', value: match, runs: false });
    else if (char === '\n' || !/\s/.test(char)) tokens.push({ kind: 'sign', value: char, runs: false });
    i += match?.length ?? 1;
  }
  return tokens;
};
