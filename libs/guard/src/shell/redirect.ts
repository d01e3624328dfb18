import type { Machine } from '../machine.js';
import { absolute, targetsOf } from '../paths/target.js';
import { expandParts, expandText, expandWord } from './expand.js';
import { NETWORK, UNKNOWN } from './marks.js';
import type { Redirection } from './parse.js';
import type { Shell } from './state.js';

/** Where a command reads from and writes to. */
export interface Io {
  readonly stdin: string;
  readonly piped: boolean;
  /** Hands over what the command printed: into the file, if it was redirected, else on. */
  finish(output: string | undefined, tool: string): string;
}

const PLAIN = (output: string | undefined): string => output ?? UNKNOWN;

type File = { readonly path: string; readonly append: boolean; readonly field: string };

const readTarget = (path: string, shell: Shell, machine: Machine): string => {
  if (path.startsWith('/dev/tcp/') || path.startsWith('/dev/udp/')) return UNKNOWN;
  return machine.readFile(path, shell) ?? UNKNOWN;
};

const save = (file: File, output: string, shell: Shell): void => {
  const { files } = shell.shared;
  files.set(file.path, file.append ? (files.get(file.path) ?? UNKNOWN) + output : output);
  shell.shared.sinks.get(file.path)?.(output);
};

const writesTo = (field: string, operator: string, shell: Shell, machine: Machine): File => {
  const append = operator.endsWith('>>');
  for (const target of targetsOf(field, shell, machine.site)) {
    if (target.path !== '/dev/null') {
      machine.emit({ kind: 'write', tool: operator, target, how: append ? 'append' : 'truncate' });
    }
  }
  return { path: absolute(field, shell.cwd, shell.shared.links), append, field };
};

/** Commands that print nothing but what they are given; `''` and `shell` stand for no command at all. */
const PRINTERS = new Set([':', 'true', 'cat', 'echo', 'printf', '']);

class Redirects {
  file: File | undefined;
  network = false;

  constructor(
    public stdin: string,
    public piped: boolean,
    private readonly shell: Shell,
  ) {}

  finish(output: string | undefined, tool: string, machine: Machine): string {
    const text = output ?? UNKNOWN;
    if (this.file === undefined) return text;
    save(this.file, text, this.shell);
    const { append, field } = this.file;
    for (const target of targetsOf(field, this.shell, machine.site)) {
      // `> file`, `cat /dev/null > file`: what was in it is gone and nothing takes its place.
      if (!append && text.trim() === '' && PRINTERS.has(tool)) {
        machine.emit({ kind: 'write', tool: '>', target, how: 'empty' });
      }
      // What goes into a login file is run at the next login.
      if (target.guarded === 'profile') machine.runText(text, this.shell.fork(), 'login file', '', true);
    }
    return '';
  }

  read(redirect: Redirection, shell: Shell, machine: Machine): void {
    if (redirect.type === 'HereDoc') {
      const { body, delimiter } = redirect;
      const literal = delimiter?.quoted === true || body.parts === undefined;
      const text = literal ? body.text : expandParts(body.parts, shell, machine);
      this.give(redirect.operator === '<<-' ? text.replace(/^\t+/gm, '') : text);
    } else if (redirect.type === 'HereString') {
      this.give(redirect.target === undefined ? UNKNOWN : `${expandText(redirect.target, shell, machine)}\n`);
    } else if (redirect.target !== undefined) {
      const field = expandWord(redirect.target, shell, machine).join(' ');
      this.connect(redirect.operator, field, redirect.descriptor, shell, machine);
    }
  }

  private give(text: string): void {
    this.stdin = text;
    this.piped = true;
  }

  private connect(
    operator: string,
    field: string,
    descriptor: { readonly type: string; readonly value?: number } | undefined,
    shell: Shell,
    machine: Machine,
  ): void {
    const path = absolute(field, shell.cwd, shell.shared.links);
    if (path.startsWith('/dev/tcp/') || path.startsWith('/dev/udp/')) {
      this.network = true;
      shell.shared.files.set(`&${descriptor?.value ?? 0}`, NETWORK);
    }
    if (operator === '<' || operator === '<&') {
      const number = descriptor?.value ?? 0;
      if (number !== 0) {
        if (operator === '<') shell.shared.files.set(`&${number}`, readTarget(path, shell, machine));
        return;
      }
      if (operator === '<') this.give(readTarget(path, shell, machine));
      else this.give(shell.shared.files.get(`&${field}`) ?? UNKNOWN);
      return;
    }
    if (operator.endsWith('&') && /^(\d+-?|-)$/.test(field)) return;
    const file = writesTo(field, operator, shell, machine);
    const toOutput = descriptor === undefined || descriptor.value === 1;
    if (toOutput && operator !== '<>') this.file = file;
  }
}

const NONE: readonly Redirection[] = [];

/** Sets up standard input and output as the redirections say, and reports what they write to. */
export const applyRedirects = (
  redirects: readonly Redirection[] = NONE,
  shell: Shell,
  stdin: string,
  machine: Machine,
  piped: boolean,
): Io & { readonly network?: boolean } => {
  if (redirects.length === 0) return { stdin, piped, finish: PLAIN };
  const io = new Redirects(stdin, piped, shell);
  for (const redirect of redirects) io.read(redirect, shell, machine);
  const { network } = io;
  return { stdin: io.stdin, piped: io.piped, network, finish: (output, tool) => io.finish(output, tool, machine) };
};
