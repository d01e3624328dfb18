import { LIMITS } from '../limits.js';
import type { Machine } from '../machine.js';
import { expandText, expandWord, runNested } from './expand.js';
import { looksLikeForkBomb, pipesItself, spawnsWithoutEnd } from './fork-bomb.js';
import { UNKNOWN } from './marks.js';
import type {
  CommandNode,
  CompoundList,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Statement,
  SyntaxNode,
  Word,
} from './parse.js';
import { applyRedirects } from './redirect.js';
import { runCommand } from './simple.js';
import type { Shell } from './state.js';

type Body = SyntaxNode & { readonly type: string };

const join = (left: string, right: string): string =>
  left.length + right.length > LIMITS.value ? UNKNOWN : left + right;

/** Runs statements one after the other; what they print is put together. */
export const runStatements = (
  statements: readonly Statement[],
  shell: Shell,
  stdin: string,
  machine: Machine,
  piped = false,
): string => {
  let output = '';
  for (const statement of statements) {
    if (machine.halted) return output;
    const before = shell.cwd;
    if (statement.background === true && pipesItself([statement.command], 1)) machine.emit({ kind: 'fork-bomb' });
    const printed = runAny(statement.command, shell, stdin, machine, piped);
    // The next line runs even if `cd` failed; within one chain of && it would not.
    if (shell.cwd !== before && shell.cwdElse === undefined && !shell.certain) shell.cwdElse = before;
    output = output === '' ? printed : join(output, printed);
  }
  return output;
};

const runPipeline = (node: Pipeline, shell: Shell, stdin: string, machine: Machine, piped: boolean): string => {
  const { commands } = node;
  if (commands.length === 1 && commands[0] !== undefined) return runAny(commands[0], shell, stdin, machine, piped);
  if (pipesItself(commands)) machine.emit({ kind: 'fork-bomb' });
  let text = stdin;
  let fed = piped;
  for (const command of commands) {
    if (machine.halted) return '';
    text = runAny(command, shell.fork(), text, machine, fed);
    fed = true;
  }
  return text;
};

const runAndOr = (
  node: Extract<PipelineNode | { type: 'AndOr' }, { type: 'AndOr' }> & {
    commands: readonly PipelineNode[];
    operators: readonly string[];
  },
  shell: Shell,
  stdin: string,
  machine: Machine,
  piped: boolean,
): string => {
  let output = '';
  const outerElse = shell.cwdElse;
  node.commands.forEach((command, index) => {
    if (machine.halted) return;
    const operator = node.operators[index - 1];
    if (operator === undefined || operator === '&&') {
      const before = shell.cwd;
      output = join(output, runAny(command, shell, stdin, machine, piped));
      if (shell.cwd !== before) shell.cwdElse = undefined;
    } else {
      // The right side of || runs where the left failed: a `cd` there did not happen.
      const other = shell.fork();
      output = join(output, runAny(command, other, stdin, machine, piped));
      const leaves = leavesShell(command);
      if (!leaves) shell.join(other);
    }
  });
  if (shell.cwdElse === undefined && outerElse !== undefined && !endsShell(node)) shell.cwdElse = outerElse;
  return output;
};

const leavesShell = (command: PipelineNode): boolean =>
  command.type === 'Command' && /^(exit|return|continue|break)$/.test(command.name?.value ?? '');

const endsShell = (node: { commands: readonly PipelineNode[] }): boolean => node.commands.some(leavesShell);

const runBranches = (branches: readonly CompoundList[], shell: Shell, stdin: string, machine: Machine): string => {
  let output = '';
  const start = shell.fork();
  for (const branch of branches) {
    const inner = start.fork();
    output = join(output, runStatements(branch.commands, inner, stdin, machine, true));
    shell.join(inner);
  }
  return output;
};

const runLoop = (
  name: string,
  words: readonly Word[] | undefined,
  body: CompoundList,
  shell: Shell,
  stdin: string,
  machine: Machine,
): string => {
  const values: string[] = [];
  if (words === undefined) values.push(...shell.positional);
  else for (const word of words) expandWord(word, shell, machine, values);
  let output = '';
  for (const value of values.slice(0, LIMITS.turns)) {
    if (machine.halted) return output;
    shell.set(name, value);
    output = join(output, runStatements(body.commands, shell, stdin, machine, true));
  }
  return output;
};

/** `while read …`: one turn for each line where the lines are known, else one turn. */
const runWhile = (
  node: Extract<CommandNode, { type: 'While' }>,
  shell: Shell,
  stdin: string,
  machine: Machine,
): string => {
  if (spawnsWithoutEnd(node)) machine.emit({ kind: 'fork-bomb' });
  const lines = stdin === '' ? [''] : stdin.split('\n').slice(0, LIMITS.turns);
  let output = '';
  for (const line of lines) {
    if (machine.halted || (line === '' && lines.length > 1)) break;
    runStatements(node.clause.commands, shell, line, machine, true);
    output = join(output, runStatements(node.body.commands, shell, line, machine, true));
  }
  return output;
};

const runCase = (
  node: Extract<CommandNode, { type: 'Case' }>,
  shell: Shell,
  stdin: string,
  machine: Machine,
): string => {
  expandText(node.word, shell, machine);
  for (const item of node.items) for (const pattern of item.pattern) expandText(pattern, shell, machine);
  return runBranches(
    node.items.map((item) => item.body),
    shell,
    stdin,
    machine,
  );
};

const runIf = (node: Extract<CommandNode, { type: 'If' }>, shell: Shell, stdin: string, machine: Machine): string => {
  runStatements(node.clause.commands, shell, stdin, machine, true);
  for (const elif of node.elif) runStatements(elif.clause.commands, shell, stdin, machine, true);
  const branches = [node.then, ...node.elif.map((elif) => elif.then)];
  if (node.else !== undefined) branches.push(node.else);
  return runBranches(branches, shell, stdin, machine);
};

const define = (node: Extract<CommandNode, { type: 'Function' }>, shell: Shell, machine: Machine): string => {
  const name = expandText(node.name, shell, machine);
  if (looksLikeForkBomb(name, node.body)) machine.emit({ kind: 'fork-bomb' });
  shell.define(name, node.body);
  return '';
};

/** Runs any node of the tree in a shell and returns what it prints. */
export const runAny = (
  node: Body | CommandNode,
  shell: Shell,
  stdin: string,
  machine: Machine,
  piped = false,
): string => {
  if (machine.halted) return '';
  switch (node.type) {
    case 'Command':
      return runCommand(node, shell, stdin, machine, piped);
    case 'Pipeline':
      return runPipeline(node, shell, stdin, machine, piped);
    case 'AndOr':
      return runAndOr(node, shell, stdin, machine, piped);
    case 'Redirected': {
      const io = applyRedirects(node.redirects, shell, stdin, machine, piped);
      const output = runAny(node.command, shell, io.stdin, machine, io.piped);
      return io.finish(output, 'shell');
    }
    case 'Subshell':
      return runStatements(node.body.commands, shell.fork(), stdin, machine, piped);
    case 'BraceGroup':
      return runStatements(node.body.commands, shell, stdin, machine, piped);
    case 'CompoundList':
      return runStatements(node.commands, shell, stdin, machine, piped);
    case 'Coproc':
      return runAny(node.body, shell.fork(), UNKNOWN, machine, true);
    case 'If':
      return runIf(node, shell, stdin, machine);
    case 'Case':
      return runCase(node, shell, stdin, machine);
    case 'For':
    case 'Select':
      return runLoop(node.name.value, node.wordlist, node.body, shell, stdin, machine);
    case 'While':
      return runWhile(node, shell, stdin, machine);
    case 'ArithmeticFor':
      return runStatements(node.body.commands, shell, stdin, machine, piped);
    case 'Function':
      return define(node, shell, machine);
    default:
      runNested(node, shell, machine);
      return '';
  }
};

/** Runs a whole script. */
export const runScript = (script: ParsedScript, shell: Shell, stdin: string, machine: Machine, piped = false): string =>
  runStatements(script.commands, shell, stdin, machine, piped);
