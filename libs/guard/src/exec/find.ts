import { readArgs, valued } from '../argv.js';
import { writeTo } from '../commands/files.js';
import type { Call, Handler } from '../machine.js';
import { guardFiles } from '../paths/guarded.js';
import { absolute, targetsOf } from '../paths/target.js';
import { globRegExp, SOME, STAR, toGlob } from '../shell/marks.js';

const FILTERS = new Set(
  (
    '-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -amin -ctime -cmin -newer -size -empty ' +
    '-inum -samefile -nouser -nogroup -lname -ilname -anewer -cnewer -newermt -xattrname'
  ).split(' '),
);
const NO_VALUE = new Set(['-empty', '-nouser', '-nogroup']);
const MATCHES_ALL = /^[*?/.]*$|^\+0[a-zA-Z]?$|^-\d{4,}|^(19|200)\d\d?-/;

/** Whether the expression up to an action narrows the search down: at least one filter in each alternative. */
class Narrowing {
  private readonly stack: { all: boolean; here: boolean }[] = [];
  private all = true;
  private here = false;

  see(word: string, value: string | undefined, negated: boolean): void {
    if (word === '(') {
      this.stack.push({ all: this.all, here: this.here });
      this.all = true;
      this.here = false;
    } else if (word === ')') {
      const inner = this.holds;
      const outer = this.stack.pop();
      this.all = outer?.all ?? true;
      this.here = (outer?.here ?? false) || inner;
    } else if (word === '-o' || word === '-or' || word === ',') {
      this.all = this.all && this.here;
      this.here = false;
    } else if (FILTERS.has(word) && !negated && !MATCHES_ALL.test(value ?? 'x')) this.here = true;
  }

  /** After `-o` only the last alternative leads to the action, outside parentheses. */
  get action(): boolean {
    return this.here;
  }

  private get holds(): boolean {
    return this.all && this.here;
  }
}

interface Search {
  readonly roots: readonly string[];
  readonly actions: readonly { readonly verb: string; readonly argv: readonly string[]; readonly narrow: boolean }[];
  readonly narrow: boolean;
  /** The one name that is looked for, where there is one. */
  readonly name: string | undefined;
  /** Patterns on names and on paths. */
  readonly names: readonly string[];
  readonly paths: readonly string[];
}

const VALUED =
  /^-(type|user|group|perm|links|fstype|maxdepth|mindepth|xtype|printf|fprint|fprintf|used|regextype|fls|D|O)$/;

const readSearch = (argv: readonly string[]): Search => {
  let i = 1;
  while (/^-([HLP]|O\d|D)/.test(argv[i] ?? '')) i++;
  const roots: string[] = [];
  while (i < argv.length && !/^(-.+|[(!,])/.test(argv[i] ?? '')) roots.push(argv[i++] ?? '');
  const narrowing = new Narrowing();
  const actions: Search['actions'][number][] = [];
  let negated = false;
  for (; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '!' || word === '-not') {
      negated = true;
      continue;
    }
    if (/^-(exec|execdir|ok|okdir)$/.test(word)) {
      const from = i + 1;
      while (i < argv.length && argv[i] !== ';' && !(argv[i] === '+' && argv[i - 1] === '{}')) i++;
      actions.push({ verb: word, argv: argv.slice(from, i), narrow: narrowing.action });
    } else if (word === '-delete') actions.push({ verb: word, argv: [], narrow: narrowing.action });
    else {
      narrowing.see(word, argv[i + 1], negated);
      if ((FILTERS.has(word) && !NO_VALUE.has(word)) || VALUED.test(word)) i++;
    }
    negated = false;
  }
  const name = argv.includes('-mindepth') ? undefined : argv[argv.indexOf('-name') + 1];
  const literal = argv.includes('-name') && name !== undefined && !/[*?[]/.test(name) ? name : undefined;
  const valuesAfter = (option: RegExp): readonly string[] =>
    argv.filter((_word, index) => option.test(argv[index - 1] ?? '') && !/^(!|-not)$/.test(argv[index - 2] ?? ''));
  return {
    roots: roots.length === 0 ? ['.'] : roots,
    actions,
    narrow: narrowing.action,
    name: literal,
    names: valuesAfter(/^-i?name$/),
    paths: valuesAfter(/^-(i?path|wholename)$/),
  };
};

const picks = (patterns: readonly string[], text: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => globRegExp(toGlob(pattern)).test(text));

/** The guard's own files that the search finds, if it speaks of them at all; `*.json` does not mean them. */
const guardedHits = (search: Search, root: string, call: Call): readonly string[] => {
  const folder = absolute(root, call.shell.cwd, call.shell.shared.links);
  const said = [folder, ...search.names, ...search.paths].some((text) => /claude|settings|policy/.test(text));
  if (!said || !search.narrow) return [];
  return guardFiles(call.machine.site).filter(
    (file) =>
      file.startsWith(`${folder}/`) &&
      picks(search.names, file.slice(file.lastIndexOf('/') + 1)) &&
      (picks(search.paths, file) || picks(search.paths, `${root}${file.slice(folder.length)}`)),
  );
};

const foundUnder = (root: string, name = SOME): string => (root.endsWith('/') ? root : `${root}/`) + name;

const runAction = (action: Search['actions'][number], found: string, call: Call): void => {
  const { shell, machine } = call;
  const search = action.narrow ? 'filtered' : 'everything';
  if (action.verb === '-delete') {
    for (const target of targetsOf(found, shell, machine.site)) {
      machine.emit({ kind: 'delete', tool: 'find', target, recursive: true, search });
    }
    return;
  }
  const argv = action.argv.map((word) => word.replaceAll('{}', found));
  machine.within(`find ${action.verb}`, undefined, () => machine.invoke(argv, shell, '', false));
};

/** `-fprint file` and its like. */
const writesFiles = (call: Call): void => {
  call.argv.forEach((word, index) => {
    if (/^-(fprint0?|fls|fprintf)$/.test(call.argv[index - 1] ?? '')) writeTo(call, word, 'truncate');
  });
};

/** `find` and what it does with what it finds. */
export const find: Handler = (call) => {
  const search = readSearch(call.argv);
  writesFiles(call);
  for (const action of search.actions) {
    for (const root of search.roots) {
      // Without a filter the root itself is among what is found.
      runAction(action, action.narrow ? foundUnder(root, search.name) : root, call);
      for (const file of guardedHits(search, root, call)) runAction(action, file, call);
    }
  }
  return search.roots
    .map((root) => (search.narrow ? foundUnder(root, search.name) : `${root}\n${foundUnder(root)}`))
    .join('\n');
};

const FD_VALUED = valued('-t --type -e --extension -E --exclude -d --max-depth -S --size -j --threads -c --color -g');

/** `fd` finds by a pattern, so what it finds is narrowed down, unless the pattern matches everything. */
export const fd: Handler = (call) => {
  const { argv, shell, machine } = call;
  const at = argv.findIndex((word) => /^(-x|-X|--exec|--exec-batch)$/.test(word));
  if (at === -1) return undefined;
  const { operands, options } = readArgs(argv.slice(0, at), FD_VALUED);
  const filtered = options.some(({ name }) => /^(-e|--extension|-S|--size|--changed-\w+)$/.test(name));
  const everything = !filtered && (operands.length === 0 || MATCHES_ALL.test(operands[0] ?? ''));
  const [root = ''] = operands.slice(1);
  const found = (root === '' || root.endsWith('/') ? root : `${root}/`) + (everything ? STAR : SOME);
  const words = argv.slice(at + 1);
  const folder = absolute(root === '' ? '.' : root, shell.cwd, shell.shared.links);
  const said = /claude|settings|policy/.test(`${operands.join(' ')}`);
  for (const file of said ? guardFiles(machine.site) : []) {
    if (!file.startsWith(`${folder}/`) || !file.includes(operands[0] ?? '')) continue;
    machine.within('fd --exec', undefined, () =>
      machine.invoke([...words.filter((word) => word !== '{}'), file], shell, '', false),
    );
  }
  const command = words.some((word) => word.includes('{')) ? words : [...words, '{}'];
  machine.within('fd --exec', undefined, () =>
    machine.invoke(
      command.map((word) => word.replace(/\{[/.]{0,2}\}/g, found)),
      shell,
      '',
      false,
    ),
  );
  return undefined;
};
