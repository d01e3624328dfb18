import { has, readArgs, valued, valuesOf } from '../argv.js';
import type { Handler } from '../machine.js';
import { targetsOf } from '../paths/target.js';
import { hasUnknown, tainted, toSource, UNKNOWN } from '../shell/marks.js';
import { inputOf } from './text-tools.js';

const OPTIONS = valued('-e -f -l --expression --file --line-length');
const SUBSTITUTE = /^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gIi0-9pew]*)\s*$/s;
/** `1e cmd`, `e cmd`: sed runs the rest of the line. */
const EXECUTE = /(?:^|[;{\n])\s*(?:\d+|\$|\/(?:\\.|[^/])*\/)?(?:,\s*(?:\d+|\$))?\s*e\s+([^\n]+)/;

const substituted = (text: string, script: string): string | undefined => {
  const match = SUBSTITUTE.exec(script.trim());
  if (match?.[2] === undefined || match[3] === undefined) return undefined;
  const flags = match[4] ?? '';
  const replacement = match[3]
    .replace(/\$/g, '$$$$')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/\\(.)/g, '$1')
    .replace(/&/g, '$$&');
  try {
    const pattern = new RegExp(
      match[2].replace(/\\([(){}|+?])/g, '$1'),
      (flags.includes('g') ? 'g' : '') + (/i/i.test(flags) ? 'i' : ''),
    );
    return text
      .split('\n')
      .map((line) => (line.length > 2048 ? line : line.replace(pattern, replacement)))
      .join('\n');
  } catch {
    return undefined;
  }
};

/** `sed`: edits in place, its `e` command, and a plain substitution. */
export const sed: Handler = (call) => {
  const { machine, shell } = call;
  const args = readArgs(call.argv, OPTIONS);
  const given = valuesOf(args, '-e', '--expression');
  const scripts = given.length > 0 ? given : args.operands.slice(0, 1);
  const files = given.length > 0 || has(args, '-f', '--file') ? args.operands : args.operands.slice(1);
  if (args.options.some(({ name }) => name === '-i' || name === '--in-place')) {
    for (const file of files) {
      for (const target of targetsOf(file, shell, machine.site)) {
        machine.emit({ kind: 'write', tool: 'sed -i', target, how: 'edit' });
      }
    }
  }
  let text = files.length === 0 || files.length === 1 ? inputOf(call, files) : UNKNOWN;
  for (const script of scripts.map(toSource)) {
    const command = EXECUTE.exec(script)?.[1];
    if (command !== undefined) machine.runText(command, shell.fork(), 'sed e', '', true);
    const match = SUBSTITUTE.exec(script.trim());
    if (match?.[4]?.includes('e') === true && match[3] !== undefined)
      machine.runText(match[3], shell.fork(), 'sed s///e', '', true);
    text = hasUnknown(text) ? tainted(text) : (substituted(text, script) ?? tainted(text));
    if (match?.[4]?.includes('e') === true) machine.runText(text, shell.fork(), 'sed s///e', '', true);
  }
  return text;
};
