import { LIMITS } from '../limits.js';
import type { Call } from '../machine.js';
import { targetsOf } from '../paths/target.js';
import { readArgs } from '../argv.js';

/** `$X -rf /`: nobody knows the verb, but what it would be told to do is known well enough. */
export const unknownVerb = (call: Call): void => {
  const args = readArgs(call.argv);
  const names = new Set(args.options.map((option) => option.name));
  const recursive = names.has('-r') || names.has('-R') || names.has('--recursive');
  if (!recursive || !(names.has('-f') || names.has('--force'))) return;
  for (const operand of args.operands.slice(0, LIMITS.turns)) {
    for (const target of targetsOf(operand, call.shell, call.machine.site)) {
      call.machine.emit({ kind: 'unknown-verb', target });
    }
  }
};
