import { readArgs, valued } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute, targetsOf } from '../paths/target.js';
import { writeTo } from './files.js';

const PATCHED = /^(?:\+\+\+|---|rename (?:from|to)) (?:[ab]\/)?([^\t\n]+)/gm;

/** `patch`, `git apply`: the files that the patch speaks of, where its text is known. */
export const applyPatch = (call: Call, files: readonly string[]): void => {
  const texts = files.map((file) => call.machine.readFile(absolute(file, call.shell.cwd), call.shell) ?? '');
  for (const text of [...texts, call.piped ? call.stdin : '']) {
    for (const [, path] of text.matchAll(PATCHED)) if (path !== undefined) writeTo(call, path, 'edit');
  }
};

/** Tools that change the files they name: `perl -i`, `yq -i`, `patch`, `touch`. Only guarded and system files matter. */
export const editsInPlace: Handler = (call) => {
  const { argv, name } = call;
  const always = /^(patch|ed|ex|touch|dos2unix|unix2dos|nano|pico|vi|vim|nvim|emacs)$/.test(name);
  const inPlace = argv.slice(1).some((arg) => /^-[a-zA-Z]*i(\.\w+)?$|^-i|^--in-?place|^inplace$|^-pi|^-ni/.test(arg));
  if (!always && !inPlace) return undefined;
  if (name === 'patch') applyPatch(call, []);
  for (const operand of readArgs(argv, name === 'patch' ? valued('-p -i -d') : valued('-e -E -c')).operands) {
    if (/\s/.test(operand)) continue;
    for (const target of targetsOf(operand, call.shell, call.machine.site)) {
      const looks = always && !/^(patch|ed|touch)$/.test(name) && target.guarded === undefined;
      if (!looks) call.machine.emit({ kind: 'write', tool: name, target, how: 'edit' });
    }
  }
  return undefined;
};
