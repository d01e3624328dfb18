import { namesIn, NO_NAMES, type Names } from './names.js';

/** One option as given: `--name`, `-x`; combined short ones come apart. */
export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

export interface Args {
  readonly options: readonly Option[];
  readonly operands: readonly string[];
  /** Index into argv of the first operand; argv.length if there is none. */
  readonly firstOperand: number;
}

/** Options of a command that take a value: one string of names, short and long, separated by blanks. */
export const valued = (names: string): Names => namesIn(names);

const readShort = (arg: string, next: string | undefined, takesValue: Names, out: Option[]): boolean => {
  for (let i = 1; i < arg.length; i++) {
    const name = `-${arg.charAt(i)}`;
    if (takesValue.has(name)) {
      const attached = arg.slice(i + 1);
      out.push({ name, value: attached === '' ? next : attached });
      return attached === '' && next !== undefined;
    }
    out.push({ name, value: undefined });
  }
  return false;
};

/** Reads options and operands the way getopt does; `stop` ends at the first operand, for commands that run another. */
export const readArgs = (argv: readonly string[], takesValue: Names = NO_NAMES, stop = false, start = 1): Args => {
  const options: Option[] = [];
  const operands: string[] = [];
  let firstOperand = argv.length;
  let i = start;
  for (; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (arg.charCodeAt(0) !== 0x2d || arg.length === 1) {
      if (operands.length === 0) firstOperand = i;
      if (stop) break;
      operands.push(arg);
    } else if (arg.charCodeAt(1) === 0x2d) {
      const equals = arg.indexOf('=');
      const name = equals === -1 ? arg : arg.slice(0, equals);
      const takes = equals === -1 && takesValue.has(name);
      options.push({ name, value: equals === -1 ? (takes ? argv[i + 1] : undefined) : arg.slice(equals + 1) });
      if (takes) i++;
    } else if (takesValue.has(arg)) {
      // A long option with one dash (`-exec`, `-name`), or a short one with its value in the next word.
      options.push({ name: arg, value: argv[i + 1] });
      i++;
    } else if (readShort(arg, argv[i + 1], takesValue, options)) i++;
  }
  if (i < argv.length) {
    if (operands.length === 0) firstOperand = i;
    operands.push(...argv.slice(i));
  }
  return { options, operands, firstOperand };
};

/** Whether an option was given. Long ones match by any beginning of three characters or more, as GNU and git read them. */
export const has = (args: Args, ...names: readonly string[]): boolean =>
  args.options.some(({ name }) =>
    names.some((wanted) => name === wanted || (name.length > 2 && name.startsWith('--') && wanted.startsWith(name))),
  );

/** The values of an option, in order. */
export const valuesOf = (args: Args, ...names: readonly string[]): readonly string[] =>
  args.options.flatMap(({ name, value }) => (value !== undefined && names.includes(name) ? [value] : []));

export const valueOf = (args: Args, ...names: readonly string[]): string | undefined => valuesOf(args, ...names).at(-1);
