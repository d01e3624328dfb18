import { LIMITS } from '../limits.js';
import { toGlob, UNKNOWN } from '../shell/marks.js';

export type Arg = string | readonly string[];

/** What code can know of where it runs. */
export interface Scope {
  readonly vars: Map<string, Arg>;
  readonly home: string;
  readonly cwd: string;
}

export const asText = (arg: Arg | undefined): string =>
  arg === undefined ? UNKNOWN : typeof arg === 'string' ? arg : arg.join(' ');

const bounded = (text: string): string => (text.length > LIMITS.value ? UNKNOWN : text);

/** Folders and programs that a name of the language stands for. */
export const place = (name: string, scope: Scope): string | undefined => {
  if (/^(sys\.executable|PYTHON)$/.test(name)) return 'python3';
  if (/^process\.(execPath|argv0)$/.test(name)) return 'node';
  if (/(environ|ENV|env)\W*HOME|homedir|Path\.home|Dir\.home|expanduser/.test(name)) return scope.home;
  return /getcwd|process\.cwd|Path\.cwd|Dir\.pwd/.test(name) ? scope.cwd : undefined;
};

/** `{name}`, `${name}`, `#{name}` in a text. */
export const interpolated = (text: string, scope: Scope): string =>
  text.replace(
    /[$#]?\{\s*([^{}]*?)\s*\}|\$([A-Za-z_]\w*)/g,
    (whole, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? '';
      const value = scope.vars.get(name) ?? scope.vars.get(`$${name}`) ?? place(name, scope);
      if (typeof value === 'string') return value;
      return /^[$#]/.test(whole) || /^[A-Za-z_][\w.()[\]'"]*$/.test(name) ? UNKNOWN : whole;
    },
  );

export const JOINS =
  /(^|\.)(join|resolve|joinpath)$|^(os\.path\.|path\.)?join$|^(pathlib\.)?Path$|^File\.join$|^Pathname$/;
const LISTING = /(^|[.:>-])(walk|listdir|scandir|readdirSync|readdir|children|entries|(Recursive)?DirectoryIterator)$/;
export const GLOBS = /(^|[.:])([ir]?glob|globSync)$|^Dir$/;
const TRANSPARENT =
  /(expandvars|abspath|realpath|normpath|str|String|PurePath|shlex\.split|list|tuple|quote|require|bytes|URL|text|sql|raw|Raw|array_values|shellescape)$/;
/** They give the same text, or a list of the same words. */
const SAME =
  /^(strip|trim|rstrip|lstrip|chomp|decode|encode|toString|to_s|to_str|absolute|as_posix|valueOf|freeze|expandvars|getPathname|getRealPath|path)$/;
/** What another program prints, whatever it was called on. */
const PRINTED_BY_PROGRAM = /^(execSync|execFileSync|spawnSync|exec_command|check_output|getoutput|popen|capture2e?)$/;
const PATH_MODULE = /^(path|posix|os\.path|upath)$/;

const formatted = (template: string, args: readonly Arg[]): string => {
  let at = 0;
  return template.replace(/\{(\d*)[^{}]*\}/g, (_whole, index: string) =>
    asText(args[index === '' ? at++ : Number(index)]),
  );
};

/** `'rm %s' % x`. */
export const percent = (template: string, given: Arg): string => {
  const args = typeof given === 'string' ? [given] : given;
  let at = 0;
  return template.replace(/%(?:\(\w+\))?[-\d.]*[sdr]/g, () => args[at++] ?? UNKNOWN);
};

const search = (on: Arg | undefined, texts: readonly string[]): string => {
  const pattern = toGlob(texts.join('')).replace(/^\uFDD4\uFDD4\//, '');
  return typeof on === 'string' && on !== UNKNOWN && !pattern.startsWith('/') && on !== 'glob'
    ? `${on}/${pattern}`
    : pattern;
};

const joined = (on: Arg, args: readonly Arg[], texts: readonly string[]): string => {
  if (typeof on !== 'string') return on.join(texts[0] ?? ',');
  if (args[0] !== undefined && typeof args[0] !== 'string') return args[0].join(on);
  return (PATH_MODULE.test(on) || on === UNKNOWN ? texts : [on, ...texts]).join('/');
};

const split = (on: string, by: string | undefined): readonly string[] =>
  (by === undefined ? on.trim().split(/\s+/) : on.split(by)).slice(0, LIMITS.turns * 16);

const inText = (on: string, name: string, texts: readonly string[]): Arg | undefined => {
  switch (name) {
    case 'split':
      return split(on, texts[0]);
    case 'reverse':
    case 'strrev':
      return [...on].reverse().join('');
    case 'replace':
    case 'replaceAll':
    case 'gsub':
      return texts[0] === undefined || texts[0] === '' ? UNKNOWN : bounded(on.replaceAll(texts[0], texts[1] ?? ''));
    case 'lower':
    case 'toLowerCase':
    case 'downcase':
      return on.toLowerCase();
    case 'upper':
    case 'toUpperCase':
    case 'upcase':
      return on.toUpperCase();
    case 'concat':
      return bounded(on + texts.join(''));
    case 'expanduser':
      return undefined;
    default:
      return undefined;
  }
};

/** What a method gives, called on a value; undefined where nobody told us. */
export const methodOf = (on: Arg, name: string, args: readonly Arg[], scope: Scope): Arg | undefined => {
  const texts = args.map(asText);
  if (PRINTED_BY_PROGRAM.test(name)) return UNKNOWN;
  if (name === 'expanduser') return asText(on).replace(/^~/, scope.home);
  if (name === 'format' && typeof on === 'string') return bounded(formatted(on, args));
  if (/^(join|joinpath)$/.test(name)) return bounded(joined(on, args, texts));
  if (name === 'resolve') return texts.length === 0 ? on : bounded(joined(on, args, texts));
  if (GLOBS.test(name)) return search(on, texts);
  if (name === 'iterdir') return on;
  if (LISTING.test(name)) return texts[0] ?? on;
  if (SAME.test(name)) return on;
  if (typeof on === 'string') return inText(on, name, texts);
  return /^(reverse|reversed)$/.test(name) ? [...on].reverse() : undefined;
};

/** What a function gives, called by its name. */
export const functionOf = (name: string, args: readonly Arg[], scope: Scope): Arg => {
  const dot = name.lastIndexOf(name.includes('->') ? '->' : '.');
  const on = dot === -1 ? undefined : scope.vars.get(name.slice(0, dot));
  if (on !== undefined) return methodOf(on, name.slice(dot).replace(/^(\.|->)/, ''), args, scope) ?? UNKNOWN;
  const at = place(name, scope);
  if (at !== undefined && !name.includes('expanduser')) return at;
  const texts = args.map(asText);
  if (JOINS.test(name)) return bounded(texts.join('/'));
  if (LISTING.test(name) && texts[0] !== undefined) return texts[0];
  if (GLOBS.test(name)) return search(undefined, texts);
  if (/expanduser|expand_path$/.test(name)) return (texts[0] ?? '').replace(/^~/, scope.home);
  if (/^(strrev|reversed)$/.test(name)) return [...(texts[0] ?? '')].reverse().join('');
  if (/^(sprintf|format)$/.test(name)) return percent(texts[0] ?? UNKNOWN, texts.slice(1));
  if (/^(implode|join)$/.test(name) && args[1] !== undefined) return joined(texts[0] ?? '', [args[1]], []);
  return TRANSPARENT.test(name) || SAME.test(name) ? (args[0] ?? UNKNOWN) : UNKNOWN;
};
