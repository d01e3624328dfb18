import { judgeCode } from '../lang/code.js';
import { decodeLiterals } from '../lang/decode.js';
import { tokenise, type Language } from '../lang/lexer.js';
import { judgeLiterals } from '../lang/literals.js';
import { storeHazards } from '../lang/orm.js';
import type { Call, Handler } from '../machine.js';
import { absolute, targetOf } from '../paths/target.js';
import { decodeEscapes } from '../shell/escapes.js';
import { toSource, UNKNOWN } from '../shell/marks.js';
import { FRAMEWORK_SCRIPTS } from './framework-scripts.js';
import { pythonModule } from './packages.js';

interface Spec {
  readonly language: Language;
  /** Letters and names of the options whose value is code. */
  readonly code: RegExp;
  /** Options with a value that is something else. */
  readonly valued: RegExp;
}

const NEVER = /^(?!)/;
const JS: Spec = {
  language: 'js',
  code: /^(-e|-p|-pe|-ep|--eval|--print|eval)$/,
  valued: /^(-r|--require|--import|--loader|--env-file|-C|--conditions)$/,
};
const SPECS: Readonly<Record<string, Spec>> = {
  python: { language: 'python', code: /^-[a-zA-Z]*c$/, valued: /^-[WXQ]$/ },
  pypy: { language: 'python', code: /^-[a-zA-Z]*c$/, valued: /^-[WX]$/ },
  ipython: { language: 'python', code: /^-c$/, valued: NEVER },
  node: JS,
  nodejs: JS,
  bun: JS,
  deno: JS,
  tsx: JS,
  zx: JS,
  'ts-node': JS,
  perl: { language: 'perl', code: /^-(?![IM])[a-zA-Z0-9]*[eE]$/, valued: /^-[IM]$/ },
  ruby: { language: 'ruby', code: /^-(?![rIC])[a-zA-Z]*e$/, valued: /^-[rIC]$/ },
  php: { language: 'php', code: /^-[rBRE]$/, valued: /^-[dcfS]$/ },
  lua: { language: 'other', code: /^-e$/, valued: /^-l$/ },
  luajit: { language: 'other', code: /^-e$/, valued: /^-l$/ },
  osascript: { language: 'other', code: /^-e$/, valued: /^-l$/ },
  Rscript: { language: 'other', code: /^-e$/, valued: NEVER },
  R: { language: 'other', code: /^-e$/, valued: NEVER },
  julia: { language: 'other', code: /^(-e|-E|--eval|--print)$/, valued: NEVER },
  iex: { language: 'other', code: /^(-e|--eval)$/, valued: /^(-S|-r|-pa|--sname|--cookie)$/ },
  elixir: { language: 'other', code: /^(-e|--eval)$/, valued: NEVER },
  erl: { language: 'other', code: /^-eval$/, valued: NEVER },
  groovy: { language: 'other', code: /^-e$/, valued: NEVER },
  scala: { language: 'other', code: /^-e$/, valued: NEVER },
  swift: { language: 'other', code: /^-e$/, valued: NEVER },
  ghc: { language: 'other', code: /^-e$/, valued: NEVER },
  racket: { language: 'other', code: /^-e$/, valued: NEVER },
  guile: { language: 'other', code: /^-c$/, valued: NEVER },
  emacs: { language: 'other', code: /^(--eval|-eval)$/, valued: NEVER },
  irb: { language: 'ruby', code: /^-e$/, valued: NEVER },
  pry: { language: 'ruby', code: /^-e$/, valued: NEVER },
  rake: { language: 'ruby', code: /^(-e|-E|--execute.*)$/, valued: NEVER },
  jrunscript: { language: 'js', code: /^-e$/, valued: /^(-l|-cp|-f)$/ },
  jjs: { language: 'js', code: /^-e$/, valued: NEVER },
  octave: { language: 'other', code: /^--eval$/, valued: NEVER },
  'octave-cli': { language: 'other', code: /^--eval$/, valued: NEVER },
  ghci: { language: 'other', code: /^-e$/, valued: NEVER },
  runghc: { language: 'other', code: /^-e$/, valued: NEVER },
  kotlin: { language: 'other', code: /^-e$/, valued: /^(-cp|-classpath)$/ },
  jshell: { language: 'other', code: NEVER, valued: NEVER },
  crystal: { language: 'ruby', code: /^eval$/, valued: NEVER },
  nim: { language: 'other', code: /^(-e|--eval)$/, valued: NEVER },
  raku: { language: 'other', code: /^-e$/, valued: /^-[IM]$/ },
  perl6: { language: 'other', code: /^-e$/, valued: /^-[IM]$/ },
  ocaml: { language: 'other', code: /^-e$/, valued: /^-I$/ },
  puppet: { language: 'other', code: /^-e$/, valued: NEVER },
  wish: { language: 'other', code: NEVER, valued: NEVER },
  sbcl: { language: 'other', code: /^--(eval|non-interactive)$/, valued: NEVER },
  clojure: { language: 'other', code: /^-e$/, valued: NEVER },
  bb: { language: 'other', code: /^-e$/, valued: NEVER },
  tclsh: { language: 'other', code: NEVER, valued: NEVER },
  expect: { language: 'other', code: /^-c$/, valued: NEVER },
};
export const INTERPRETERS: readonly string[] = Object.keys(SPECS);

/** Finds literals that are printed, in any of the languages. */
const PRINTS =
  /(?:print(?:ln|f)?|console\.log|puts|say|echo|process\.stdout\.write|sys\.stdout\.write)\s*\(?\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;

/** What the code prints, where it prints literals. */
const printedBy = (code: string): string => {
  const texts = [...decodeLiterals(code).matchAll(PRINTS)].flatMap(([, , text]) =>
    text === undefined ? [] : [decodeEscapes(text)],
  );
  return texts.length === 0 ? UNKNOWN : `${texts.join('\n')}\n`;
};

const APPLE = /do shell script\s+"((?:\\.|[^"\\])*)"/g;
const SPAWNED = /(?:^|[;{\n])\s*(?:spawn|exec)\s+([^\n;}]+)|\bsend\s+(?:--\s+)?"((?:\\.|[^"\\])*)"/g;

const LISP =
  /\(\s*(shell-command(?:-to-string)?|async-shell-command|call-process(?:-shell-command)?|start-process(?:-shell-command)?|system\*?|sh|shell|run-program|delete-directory|delete-file)\s+((?:"(?:\\.|[^"\\])*"|[^()"])+)/g;

/** `(shell-command "…")` and its like in Emacs, Guile, Racket, Clojure. */
const lispForms = (code: string, call: Call): void => {
  const { machine, shell, name } = call;
  for (const [, form = '', rest = ''] of code.matchAll(LISP)) {
    const texts = [...rest.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, text]) => decodeEscapes(text ?? ''));
    const [head] = texts;
    if (head === undefined) continue;
    if (form.startsWith('delete-')) {
      machine.emit({ kind: 'delete', tool: form, target: targetOf(head, shell, machine.site), recursive: true });
    } else if (texts.length > 1) machine.invoke(texts, shell, '', false);
    else machine.runText(head, shell.fork(), `${name} ${form}`, '', true);
  }
};

const SOCKET =
  /\b(socket|fsockopen|TCPSocket|IO::Socket|net\.(connect|createConnection|Socket))\b|require\(['"](node:)?net['"]\)/;
const IMPORTS_URL = /\bimport\b[^;\n]{0,80}?['"](https?:|data:text\/javascript)/;
const SHELL_PROGRAM = /(\/bin\/|['"])(ba|z|da|k)?sh\b|cmd\.exe/;
const WIRED = /dup2|>&|<&|\.pipe\(|pty\.spawn|to_i|fileno/;

/** A one-liner that joins a shell to a connection. */
const reverseShell = (code: string): boolean => SOCKET.test(code) && SHELL_PROGRAM.test(code) && WIRED.test(code);

const judge = (code: string, spec: Spec, call: Call, label: string, inline = true): string => {
  const { machine, shell, name } = call;
  machine.within(label, undefined, () => {
    if (inline && IMPORTS_URL.test(code)) machine.emit({ kind: 'run', origin: 'network', by: name });
    if (inline && reverseShell(code)) machine.emit({ kind: 'run', origin: 'reverse-shell', by: name });
    judgeCode(code, spec.language, call, inline);
    // A script may well reset its own test store; what is typed here is meant for one that is there.
    if (inline) for (const hazard of storeHazards(code)) machine.emit({ kind: 'sql', hazard, client: name });
    if (spec.language === 'other' && code.includes('(')) lispForms(code, call);
    if (spec.language === 'other' && inline) judgeLiterals(code, tokenise(code, 'other'), call);
    if (name === 'osascript' && code.includes('administrator privileges'))
      machine.emit({ kind: 'privilege', tool: name });
    if (name === 'osascript' && /\b(shut down|restart|log out)\b/.test(code))
      machine.emit({ kind: 'power-off', tool: name });
    if (name === 'osascript')
      for (const [, text] of code.matchAll(APPLE))
        if (text !== undefined) machine.runText(text, shell.fork(), 'do shell script', '', true);
    if (/^(expect|tclsh|wish)$/.test(name)) {
      for (const [, spawned, sent] of code.matchAll(SPAWNED)) {
        const text = spawned ?? decodeEscapes(sent ?? '').replace(/\r/g, '\n');
        machine.runText(text, shell.fork(), 'spawn', '', true);
      }
    }
  });
  return printedBy(code);
};

const attached = (word: string, spec: Spec): string | undefined => {
  const long = /^(--eval|--print|--command)=(.*)$/s.exec(word)?.[2];
  if (long !== undefined) return long;
  // `perl -e'code'`, `python -cprint(1)`: the code follows the letter at once.
  if (spec.language === 'python') return /^-[bBdEiIOqsSuvx]*c(.+)$/s.exec(word)?.[1];
  if (spec.language === 'perl') return /^-[0-9alnpsSTuwWx]*[eE](.+)$/s.exec(word)?.[1];
  return spec.language === 'ruby' ? /^-[nplaw]*e(.+)$/s.exec(word)?.[1] : undefined;
};

const runFile = (call: Call, spec: Spec, file: string): string | undefined => {
  if (FRAMEWORK_SCRIPTS.has(file.split('/').at(-1) ?? '')) {
    call.machine.invoke(call.argv.slice(call.argv.indexOf(file)), call.shell, call.stdin, call.piped);
  }
  const text = call.machine.readFile(absolute(file, call.shell.cwd, call.shell.shared.links), call.shell);
  return text === undefined ? undefined : judge(text, spec, call, `${call.name} ${file}`, false);
};

/** A program in a language of its own that is built and run at once: `go run x.go`, `java X.java`. */
export const judgeProgram = (call: Call, file: string): void => {
  const text = call.machine.readFile(absolute(file, call.shell.cwd, call.shell.shared.links), call.shell);
  if (text !== undefined)
    judge(text, { language: 'other', code: NEVER, valued: NEVER }, call, `${call.name} ${file}`, false);
};

const SOURCE = /\.(java|kts?|rs|zig|cr|nim|d|scala|csx?|swift|c|cpp)$/;

/** `java X.java`, `crystal run x.cr`, `dotnet script x.csx`. */
export const runsSource: Handler = (call) => {
  for (const word of call.argv.slice(1)) if (SOURCE.test(word)) judgeProgram(call, word);
  return undefined;
};

/** `python -c`, `node -e`, a file, or code on standard input. */
export const interpreter: Handler = (call) => {
  const spec = SPECS[call.name];
  if (spec === undefined) return undefined;
  const { argv, name } = call;
  if (argv.includes('-MCPAN') || (call.name === 'R' && argv[2] === 'INSTALL')) {
    call.machine.emit({ kind: 'install', manager: 'other', what: argv.slice(1).join(' ') });
  }
  let output: string | undefined;
  let coded = false;
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const inline = attached(word, spec);
    if (inline !== undefined || spec.code.test(word)) {
      output = judge(toSource(inline ?? argv[++i] ?? ''), spec, call, `${call.name} ${word.slice(0, 6)}`);
      coded = true;
      if (spec.language === 'python') return output;
    } else if (spec.language === 'python' && /^-[a-zA-Z]*m/.test(word)) {
      const module = word.slice(word.indexOf('m') + 1);
      const after = module === '' ? i + 2 : i + 1;
      pythonModule(call, module === '' ? (argv[i + 1] ?? '') : module, argv.slice(after));
      return undefined;
    } else if (spec.valued.test(word) || (word === 'run' && spec === JS && name !== 'node'))
      i += word === 'run' ? 0 : 1;
    else if (word === '-' || word === '/dev/stdin') break;
    else if (!word.startsWith('-')) return coded ? output : (runFile(call, spec, word) ?? output);
  }
  if (coded) return output;
  return call.piped ? judge(call.stdin, spec, call, `${call.name} (standard input)`) : undefined;
};
