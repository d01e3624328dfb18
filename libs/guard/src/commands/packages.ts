import { has, readArgs, valued, valuesOf } from '../argv.js';
import type { PackageManager } from '../facts.js';
import type { Call, Handler } from '../machine.js';
import { ALIASES, MANAGERS } from './package-managers.js';

export const reportInstall = (call: Call, manager: PackageManager, what: readonly string[]): void =>
  call.machine.emit({ kind: 'install', manager, what: what.join(' ') });

const startsWith = (operands: readonly string[], verb: string): readonly string[] | undefined => {
  if (verb === '') return operands;
  const parts = verb.split(' ');
  return parts.every((part, index) => operands[index] === part) ? operands.slice(parts.length) : undefined;
};

export const packages: Handler = (call) => {
  const spec = MANAGERS[ALIASES[call.name] ?? call.name];
  if (spec === undefined) return undefined;
  const args = readArgs(call.argv, spec.valued === undefined ? undefined : valued(spec.valued));
  const operands = plainOperands(call.name, args.operands);
  if (
    args.options.some(
      ({ name }) =>
        spec.dry?.test(name) === true ||
        name === '--help' ||
        (name === '--version' && spec.valued?.includes('--version') !== true),
    )
  )
    return undefined;
  for (const verb of spec.any ?? [])
    if (startsWith(operands, verb) !== undefined) reportInstall(call, spec.manager, [verb]);
  if (call.name === 'cargo') return cargo(call, operands, args.options);
  for (const verb of spec.verbs) {
    const given = startsWith(operands, verb)?.filter((operand) => spec.local?.test(operand) !== true);
    if (given === undefined || given.length === 0) continue;
    if (call.name === 'nix-env' && !has(args, '-i', '--install', '-iA', '-e', '-u')) continue;
    reportInstall(call, spec.manager, given);
  }
  return undefined;
};

/** Leaves out words that only say where: `yarn workspace web add`, `dotnet add app.csproj package`. */
const plainOperands = (name: string, operands: readonly string[]): readonly string[] => {
  if (name === 'yarn' && operands[0] === 'workspace') return operands.slice(2);
  if (name === 'dotnet' && operands[0] === 'add' && operands[2] === 'package')
    return ['add', 'package', ...operands.slice(3)];
  return operands;
};

type Options = readonly { readonly name: string; readonly value: string | undefined }[];

const cargo = (call: Call, operands: readonly string[], options: Options): undefined => {
  const [verb, ...rest] = operands.filter((operand) => !operand.startsWith('+'));
  if (!/^(install|add|binstall|quickinstall)$/.test(verb ?? '')) return undefined;
  const git = options.some(({ name }) => name === '--git');
  const path = options.some(({ name }) => name === '--path');
  if (git || (rest.length > 0 && !path)) reportInstall(call, 'cargo', git ? ['--git'] : rest);
  return undefined;
};

const PIP = valued(
  '-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links --root ' +
    '--prefix --src --platform --python-version --python --cache-dir --log --proxy --timeout --retries --trusted-host ' +
    '--cert --progress-bar --upgrade-strategy --config-settings -C --no-binary --only-binary --report --root-user-action -p --group',
);
const PIP_LOCAL = /^(\.{0,2}\/|\.{1,2}($|\[)|file:)|^[\w./\uFDD4-\uFDD7-]+\.(whl|tar\.gz|zip)$/;

const judgePip = (call: Call, argv: readonly string[]): void => {
  const args = readArgs(argv, PIP);
  const at = args.operands.findIndex((operand) => operand === 'install');
  if (at !== 0 || has(args, '--dry-run', '--help')) return;
  const files = [...valuesOf(args, '-e', '--editable'), ...valuesOf(args, '-r', '--requirement')];
  // A list that is made on the spot is the names that stand in it.
  const made = (value: string): boolean =>
    /^\/dev\//.test(value) && !/^\uFDD0?\s*$/.test(call.shell.shared.files.get(value) ?? 'x');
  const remote = files.filter((value) => value.includes('://') || made(value));
  const named = args.operands.slice(1).filter((operand) => !PIP_LOCAL.test(operand));
  if (named.length + remote.length > 0) reportInstall(call, 'pip', [...named, ...remote]);
};

export const pip: Handler = (call) => {
  judgePip(call, call.argv);
  return undefined;
};

/** `python -m pip install x`. */
export const pythonModule = (call: Call, module: string, rest: readonly string[]): void => {
  if (module === 'pip' || module === 'pip3') judgePip(call, [module, ...rest]);
  else if (module === 'easy_install' || module === 'pipx' || module === 'poetry' || module === 'pipenv') {
    call.machine.invoke([module, ...rest], call.shell, call.stdin, call.piped);
  }
};

export const uv: Handler = (call) => {
  const args = readArgs(
    call.argv,
    valued('--with -p --python --project --directory --group --extra --index-url -i --index --cache-dir'),
  );
  const [verb, second, ...rest] = args.operands;
  if (verb === 'pip') judgePip(call, ['pip', ...call.argv.slice(call.argv.indexOf('pip') + 1)]);
  else if (verb === 'add') {
    const named = args.operands.slice(1).filter((operand) => !PIP_LOCAL.test(operand));
    if (named.length > 0) reportInstall(call, 'python', named);
  } else if (verb === 'tool' && (second === 'install' || second === 'upgrade') && rest.length > 0)
    reportInstall(call, 'python', rest);
  return undefined;
};

/** Managers that install by an option: `pacman -S`, `dpkg -i`, `rpm -U`. */
const BY_OPTION: Readonly<Record<string, RegExp>> = {
  pacman: /^-(S(?![sigl])[a-z]*|U[a-z]*|R[a-z]*)$|^--(sync|upgrade|remove)$/,
  dpkg: /^(-i|--install|-r|--remove|-P|--purge|--unpack)$/,
  rpm: /^-(i|U|F|e)[vh]*$|^--(install|upgrade|erase|freshen|import)$/,
  installpkg: /./,
};
export const OPTION_TOOLS: readonly string[] = [...Object.keys(BY_OPTION), 'yay', 'paru'];

export const byOption: Handler = (call) => {
  const pattern = BY_OPTION[call.name] ?? BY_OPTION['pacman'];
  const words = call.argv.slice(1);
  const looks = words.some((word) => /^(-Q.*|-q.*|-l|-s|--test|-p|--print|--simulate|--dry-run)$/.test(word));
  if (!looks && words.some((word) => pattern?.test(word) === true)) reportInstall(call, 'system', words);
  return undefined;
};

/** `code --install-extension x`. */
export const extension: Handler = (call) => {
  if (call.argv.includes('--install-extension')) reportInstall(call, 'other', call.argv.slice(1));
  return undefined;
};

/** Managers with nothing but names to install: `pecl install x`, `add-apt-repository ppa:x`. */
export const byName: Handler = (call) => {
  const { operands } = readArgs(call.argv);
  const [verb, ...names] = operands;
  if (/^(urpmi|pkg_add|.*apt-.*repository)$/.test(call.name)) {
    if (verb !== undefined) reportInstall(call, 'system', operands);
  } else if (/^(install|bundle-add)$/.test(verb ?? '') && names.length > 0) reportInstall(call, 'other', names);
  return undefined;
};
