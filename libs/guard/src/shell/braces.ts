import { LIMITS } from '../limits.js';

/** Where the quoted or substituted stretch that begins at `at` ends; `at + 1` if none begins there. */
const skip = (text: string, at: number): number => {
  const char = text[at];
  if (char === '\\') return at + 2;
  if (char === "'" || char === '"' || char === '`') {
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === '\\' && char !== "'") i++;
      else if (text[i] === char) return i + 1;
    }
    return text.length;
  }
  if (char === '$' && (text[at + 1] === '{' || text[at + 1] === '(')) {
    const [open, close] = text[at + 1] === '{' ? ['{', '}'] : ['(', ')'];
    let depth = 0;
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === open) depth++;
      else if (text[i] === close && --depth === 0) return i + 1;
    }
    return text.length;
  }
  return at + 1;
};

interface Brace {
  readonly start: number;
  readonly end: number;
  readonly items: readonly string[];
}

const sequence = (body: string): readonly string[] | undefined => {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(body);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(body);
  const match = numbers ?? letters;
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const value = (text: string): number => (numbers === null ? text.charCodeAt(0) : Number(text));
  const [from, to] = [value(match[1]), value(match[2])];
  const step = Math.max(1, Math.abs(Number(match[3] ?? 1)));
  const out: string[] = [];
  for (
    let at = from;
    out.length < LIMITS.turns && (from <= to ? at <= to : at >= to);
    at += from <= to ? step : -step
  ) {
    out.push(numbers === null ? String.fromCharCode(at) : String(at));
  }
  return out;
};

/** The items of the brace that opens at `start`, undefined if it is no brace expansion. */
const braceAt = (text: string, start: number): Brace | undefined => {
  const items: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start + 1; i < text.length;) {
    const char = text[i];
    if (char === '{') depth++;
    else if (char === ',' && depth === 0) {
      items.push(text.slice(from, i));
      from = i + 1;
    } else if (char === '}' && depth-- === 0) {
      const last = text.slice(from, i);
      const all = items.length === 0 ? sequence(last) : [...items, last];
      return all === undefined ? undefined : { start, end: i + 1, items: all };
    }
    i = skip(text, i);
  }
  return undefined;
};

/** `a{b,c}` as the source texts `ab` and `ac`; at most LIMITS.turns of them. */
export const braceExpand = (text: string): readonly string[] => {
  for (let i = 0; i < text.length;) {
    if (text[i] === '{') {
      const brace = braceAt(text, i);
      if (brace !== undefined) {
        const tails = braceExpand(text.slice(brace.end));
        const out: string[] = [];
        for (const item of brace.items) {
          for (const head of braceExpand(item)) {
            for (const tail of tails) {
              if (out.length < LIMITS.turns) out.push(text.slice(0, brace.start) + head + tail);
            }
          }
        }
        return out;
      }
    }
    i = skip(text, i);
  }
  return [text];
};
