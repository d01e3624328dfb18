import { readArgs, valuesOf } from '../argv.js';
import { tokenise } from '../lang/lexer.js';
import { judgeLiterals } from '../lang/literals.js';
import type { Call, Handler } from '../machine.js';

/** Options of ordinary tools whose value they give to a shell: the option, and what stands before the code in it. */
const TEXT_OPTIONS: Readonly<Record<string, readonly (readonly [string, RegExp?])[]>> = {
  tar: [
    ['--checkpoint-action', /^exec=/],
    ['--to-command'],
    ['-I'],
    ['--use-compress-program'],
    ['-F'],
    ['--info-script'],
    ['--new-volume-script'],
    ['--rsh-command'],
  ],
  zip: [['-TT'], ['--unzip-command']],
  man: [['-P'], ['--pager'], ['-H']],
  split: [['--filter']],
  sort: [['--compress-program']],
  rg: [['--pre']],
  ssh: [['-o', /^(ProxyCommand|LocalCommand|KnownHostsCommand)[ =]/i]],
  scp: [['-o', /^ProxyCommand[ =]/i]],
  sftp: [['-o', /^ProxyCommand[ =]/i], ['-S']],
  vim: [
    ['-c', /^:?(silent\s+)?(r\s*)?!+/],
    ['--cmd', /^:?!+/],
  ],
  gdb: [
    ['-ex', /^(shell\s+|!)/],
    ['-eval-command', /^(shell\s+|!)/],
    ['--eval-command', /^(shell\s+|!)/],
    ['--ex', /^(shell\s+|!)/],
  ],
  less: [],
  more: [],
  rpm: [['--eval', /^.*?%\(/]],
  fzf: [['--preview'], ['--bind', /^.*execute(-silent)?[(:]/]],
  make: [['--eval', /^[^:]*:[^;]*;/]],
  lftp: [
    ['-e', /^!/],
    ['-c', /^!/],
  ],
  ftp: [],
};
for (const alias of ['vi', 'nvim', 'ex', 'view', 'gvim']) Object.assign(TEXT_OPTIONS, { [alias]: TEXT_OPTIONS['vim'] });
for (const alias of ['bsdtar', 'gtar']) Object.assign(TEXT_OPTIONS, { [alias]: TEXT_OPTIONS['tar'] });
Object.assign(TEXT_OPTIONS, { gmake: TEXT_OPTIONS['make'] });
export const TEXT_OPTION_TOOLS: readonly string[] = Object.keys(TEXT_OPTIONS);

const VIM_BANG = /^\+?:?(?:silent\s+)?(?:r\s*)?!+(.+)$/s;

const run = (call: Call, text: string, option: string): void => {
  call.machine.runText(text, call.shell.fork(), `${call.name} ${option}`, '', true);
};

export const textOptions: Handler = (call) => {
  const rows = TEXT_OPTIONS[call.name] ?? [];
  const args = readArgs(call.argv, new Set(rows.map(([name]) => name)));
  for (const [name, before] of rows) {
    for (const value of valuesOf(args, name)) {
      if (before === undefined) run(call, value, name);
      else if (before.test(value)) run(call, value.replace(before, ''), name);
    }
  }
  if (/^(n?vim?|ex|view|gvim)$/.test(call.name)) {
    for (const word of call.argv.slice(1)) {
      if (/\b(system|delete)\(|os\.execute|py3?\s|call\s/.test(word))
        judgeLiterals(word, tokenise(word, 'other'), call);
    }
  }
  if (/^(n?vim?|ex|view|gvim|less|more)$/.test(call.name)) {
    for (const word of call.argv.slice(1)) {
      const code = word.startsWith('+') ? VIM_BANG.exec(word)?.[1] : undefined;
      if (code !== undefined) run(call, code, '+!');
    }
    if (call.piped && !/^(less|more)$/.test(call.name)) bangLines(call);
  }
  return undefined;
};

/** `ed`, `ex`, `ftp`, `lftp`: lines that begin with `!` go to a shell. */
export const bangLines: Handler = (call) => {
  for (const line of call.stdin.split('\n').slice(0, 256)) {
    const command = /^\s*:?!(.+)$/.exec(line)?.[1];
    if (command !== undefined) run(call, command, '!');
  }
  return undefined;
};
