/**
 * What is not known at the time of the decision stays in the text as a mark: one of the code points that Unicode keeps
 * for a program's own use. Marks travel through variables, pipes and files like the text around them.
 */
export const UNKNOWN = '\uFDD0';
/** Unknown, but surely not empty: the output of `mktemp`, a guarded `${x:?}`, the name of a found file. */
export const SOME = '\uFDD1';
/** Text that came from the network. */
export const NETWORK = '\uFDD2';
/** Text that was decoded, decrypted or unpacked from something unknown. */
export const OPAQUE = '\uFDD3';
/** The unquoted `*`; a quoted one stays the character. */
export const STAR = '\uFDD4';
/** The unquoted `?`. */
export const ANY = '\uFDD5';
/** The ends of an unquoted bracket expression. */
export const OPEN = '\uFDD6';
export const CLOSE = '\uFDD7';

const MARKS = /[\uFDD0-\uFDEF]/g;
const UNKNOWNS = /[\uFDD0-\uFDD3]/g;
const HAS_UNKNOWN = /[\uFDD0-\uFDD3]/;
const HAS_GLOB = /[\uFDD4-\uFDD7]/;

/** Takes away the code points that a caller could use to forge a mark. */
export const withoutMarks = (text: string): string =>
  text.search(MARKS) === -1 ? text : text.replace(MARKS, '\uFFFD');

export const hasUnknown = (text: string): boolean => HAS_UNKNOWN.test(text);
export const hasGlob = (text: string): boolean => HAS_GLOB.test(text);
/** The text with everything unknown left out, as if it were empty. */
export const asEmpty = (text: string): string => (HAS_UNKNOWN.test(text) ? text.replace(UNKNOWNS, '') : text);

const GLOB_SOURCE: Readonly<Record<string, string>> = { [STAR]: '*', [ANY]: '?', [OPEN]: '[', [CLOSE]: ']' };
const GLOB_MARK: Readonly<Record<string, string>> = { '*': STAR, '?': ANY, '[': OPEN, ']': CLOSE };

/** A field as text again: what `echo` prints where nothing matches, and what a shell reads when it runs the text. */
export const toSource = (field: string): string =>
  HAS_GLOB.test(field) ? field.replace(/[\uFDD4-\uFDD7]/g, (mark) => GLOB_SOURCE[mark] ?? mark) : field;

/** The unquoted value of a variable: its glob characters are alive. */
export const toGlob = (text: string): string =>
  /[*?[]/.test(text) ? text.replace(/[*?[\]]/g, (char) => GLOB_MARK[char] ?? char) : text;

/** The same for a person to read. */
export const readable = (text: string): string =>
  text.replace(/[\uFDD0-\uFDD7]/g, (mark) => GLOB_SOURCE[mark] ?? (mark === NETWORK ? '<from network>' : '<unknown>'));

/** The provenance that the output of a filter inherits from what it read. */
export const tainted = (...texts: readonly string[]): string => {
  for (const text of texts) if (text.includes(NETWORK)) return NETWORK;
  for (const text of texts) if (text.includes(OPAQUE)) return OPAQUE;
  return UNKNOWN;
};

/** A glob as an anchored regular expression; unknown parts match anything. */
export const globRegExp = (pattern: string, flags = ''): RegExp => {
  let source = '';
  for (const char of pattern) {
    if (char === STAR || hasUnknown(char)) source += '.*';
    else if (char === ANY) source += '.';
    else if (char === OPEN) source += '[';
    else if (char === CLOSE) source += ']';
    else source += char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  }
  return safeRegExp(`^${source}$`, flags);
};

const safeRegExp = (source: string, flags: string): RegExp => {
  try {
    return new RegExp(source, `s${flags}`);
  } catch {
    return /^$/;
  }
};
