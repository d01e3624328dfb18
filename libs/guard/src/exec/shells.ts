import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { asEmpty } from '../shell/marks.js';

/** Options of a shell that take a value in the next word. */
const VALUED = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);
/** Shells whose grammar is their own: what cannot be read is not refused for that alone. */
const FOREIGN = new Set(['zsh', 'ksh', 'mksh', 'fish', 'csh', 'tcsh', 'nu', 'xonsh', 'elvish']);

interface Invocation {
  code: string | undefined;
  operands: readonly string[];
  fromStdin: boolean;
  inert: boolean;
  /** A file that is read before anything else. */
  startup: string | undefined;
}

const read = (argv: readonly string[]): Invocation => {
  let command = false;
  let inert = false;
  let fromStdin = false;
  let startup: string | undefined;
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = asEmpty(argv[i] ?? '');
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg === '--rcfile' || arg === '--init-file') startup = argv[i + 1];
    if (VALUED.has(arg)) i++;
    else if (arg === '--version' || arg === '--help' || arg === '--dump-strings') inert = true;
    else if (arg === '--command') command = true;
    else if (!arg.startsWith('--') && arg.startsWith('-')) {
      if (arg.includes('c')) command = true;
      if (arg.includes('s')) fromStdin = true;
      if (arg.includes('n')) inert = true;
      if (/^-[a-z]*o$/.test(arg)) i++;
    }
  }
  const operands = argv.slice(i);
  return {
    code: command ? operands[0] : undefined,
    operands: command ? operands.slice(1) : operands,
    fromStdin,
    inert,
    startup,
  };
};

/** Runs the text of a shell script with its arguments. */
export const runShellScript = (call: Call, text: string, args: readonly string[], via: string, name = via): string => {
  const shell = call.shell.fork();
  shell.positional = args;
  shell.name = name;
  return call.machine.runText(text, shell, via, call.stdin, FOREIGN.has(call.name));
};

const runFile = (call: Call, file: string, args: readonly string[]): string | undefined => {
  if (file === '/dev/stdin' || file === '-') return runShellScript(call, call.stdin, args, `${call.name} -`);
  const text = call.machine.readFile(absolute(file, call.shell.cwd, call.shell.shared.links), call.shell);
  return text === undefined ? undefined : runShellScript(call, text, args, `${call.name} ${asEmpty(file)}`, file);
};

/** `sh -c code`, `bash file`, and a shell that reads its code from standard input. */
export const shell: Handler = (call) => {
  const { code, operands, fromStdin, inert, startup } = read(call.argv);
  if (inert) return '';
  const environment = call.shell.has('BASH_ENV') ? call.shell.get('BASH_ENV') : undefined;
  for (const file of [startup, environment]) if (typeof file === 'string' && file !== '') runFile(call, file, []);
  if (code !== undefined) {
    const inner = call.shell.fork();
    inner.positional = operands.slice(1);
    inner.name = operands[0] ?? call.name;
    return call.machine.runText(code, inner, `${call.name} -c`, call.stdin, FOREIGN.has(call.name));
  }
  const [file, ...args] = operands;
  if (file !== undefined && !fromStdin) return runFile(call, file, args);
  if (!call.piped) return undefined;
  return runShellScript(call, call.stdin, operands, `${call.name} (standard input)`);
};

/** Commands that are PowerShell even outside of it. */
export const foreignCode: Handler = ({ argv, machine, name, piped }) => {
  // Elixir's shell has the same name as PowerShell's eval.
  if (name === 'iex' && !piped && (argv[1] ?? '-').startsWith('-')) return undefined;
  machine.emit({ kind: 'unanalysable', message: `${name} code cannot be analysed` });
  return undefined;
};

/** PowerShell and cmd are languages of their own, which nobody here reads. */
export const foreignShell: Handler = ({ argv, machine, piped, name }) => {
  const runs = argv.slice(1).some((arg) => /^[-/](c|k|e|f|command|file|encodedcommand|enc|ec)$/i.test(arg));
  const file = argv.slice(1).some((arg) => /\.(ps1|bat|cmd)$/i.test(arg));
  if (runs || file || piped) machine.emit({ kind: 'unanalysable', message: `${name} code cannot be analysed` });
  return undefined;
};
