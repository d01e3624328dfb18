const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  E: '\x1b',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const ESCAPE = /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0[0-7]{0,3}|[0-7]{1,3}|c|[ntrabfveE\\'"])/g;

const codePoint = (code: number): string => (code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code));

/** The escapes of `echo -e`, `printf` and `$'…'`; `\c` ends the text. */
export const decodeEscapes = (text: string): string => {
  if (!text.includes('\\')) return text;
  const stop = /(?<!\\)(?:\\\\)*\\c/.exec(text);
  const body = stop === null ? text : text.slice(0, stop.index + stop[0].length - 2);
  return body.replace(ESCAPE, (whole, escape: string) => {
    const digits = escape.slice(1);
    if (/^[xuU]/.test(escape)) return codePoint(parseInt(digits, 16));
    if (/^[0-7]/.test(escape)) return codePoint(parseInt(escape, 8) & 0xff);
    return SIMPLE[escape] ?? whole;
  });
};
