/** Characters of a command that is told to others, at most. */
export const TOLD_LENGTH = 512;

/** More is not looked at: what is told is far shorter. */
const LOOKED_AT = 4_096;
const MASK = '***';

const NAME =
  '[\\w.-]{0,64}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\\w.-]{0,64}';
/** A word of a shell or a string of JSON: quoted to its end, else up to a blank. */
const VALUE = `(?:"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s"';|&)]+)`;

/** What looks like a secret, each with what is put in its place; the first group is kept. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,200}):[^\s/@"']+@/gi, `$1:${MASK}@`],
  [/\b((?:proxy-)?authorization\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest)\s+)?)[^\s"',]+/gi, `$1${MASK}`],
  [/\b((?:bearer|basic)\s+)[\w.~+/=-]{12,}/gi, `$1${MASK}`],
  [/\b(?:cookie|set-cookie)(\s*:\s*)[^\n"']+/gi, `cookie$1${MASK}`],
  [new RegExp(`(["']?${NAME}["']?\\s*[:=]\\s*)${VALUE}`, 'gi'), `$1${MASK}`],
  [new RegExp(`((?:^|\\s)--?${NAME}[ \\t]+)${VALUE}`, 'gi'), `$1${MASK}`],
  [/((?:^|\s)(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']+):[^\s"']+/g, `$1:${MASK}`],
  [/(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;&\n]{0,300}?\s-p)[^\s"']+/g, `$1${MASK}`],
  [/(\bsshpass\s+-p\s*)\S+/g, `$1${MASK}`],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|npm_|pypi-|xox[abposr]-|sk-|sk_live_|rk_live_|hf_|dop_v1_)[\w-]{10,}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\bAIza[\w-]{30,}/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MASK],
];

/** Random text of 40 characters and more is somebody's key, unless it has only hexadecimal digits, as commits have. */
const RANDOM = /(?<![\w+/=-])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[0-9])[\w+=-]{40,}(?![\w+/=-])/g;

const lastBlank = (text: string): number => {
  let end = LOOKED_AT;
  while (end > 0 && !/\s/.test(text.charAt(end))) end -= 1;
  return end;
};

const cut = (text: string): string => {
  if (text.length <= TOLD_LENGTH) return text;
  const short = text.slice(0, TOLD_LENGTH - 1);
  // Half of a pair is no character.
  return `${/[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short}…`;
};

/**
 * A command as it may be told to others: secrets masked, at most 512 characters. What is masked is what looks like a
 * secret (by its name, its place or its form), so it is a help, not a promise.
 */
export const redactCommand = (command: string): string => {
  // A secret that is cut in two would no longer be recognised: the last word is left out whole.
  const text = command.length <= LOOKED_AT ? command : `${command.slice(0, lastBlank(command))}…`;
  const masked = SECRETS.reduce((told, [pattern, mask]) => told.replace(pattern, mask), text);
  return cut(masked.replace(RANDOM, MASK).toWellFormed());
};
