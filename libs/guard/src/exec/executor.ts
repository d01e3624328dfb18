import { namesIn, type NameSet, type Names } from '../names.js';

/**
 * Programs that run another program. One row a program: where in its words the other one begins, and in what form.
 * The rows are data so that a missing program is one line to add.
 */
export interface Executor {
  /** Words that must come first among the operands: `docker exec`. */
  readonly sub: readonly string[];
  /** Options that take a value in the next word. */
  readonly valued: Names;
  /** Operands between the sub-command and the command: a host, a container, a number of seconds. */
  readonly skip: number;
  /** `argv`: words; `shell`: words joined and read by a shell; `each`: every operand is shell text by itself. */
  readonly form: 'argv' | 'shell' | 'each';
  /** Options whose value is shell text. */
  readonly text: NameSet;
  /** `name=value` words come before the command. */
  readonly assigns: boolean;
  /** The command begins only after `--`. */
  readonly dashes: boolean;
  /** Without a command it reads shell code from standard input. */
  readonly reads: boolean;
  /** Options after which the command begins. */
  readonly after: NameSet;
  /** The program that the words are the arguments of: `minikube kubectl -- …`. */
  readonly as: string | undefined;
  /** The option that names the program, whose arguments then are the words at the end. */
  readonly program: string | undefined;
}

/** A row as it is written; what is left out is off, or nothing. */
export interface Row {
  readonly sub?: string;
  readonly valued?: string;
  readonly skip?: number;
  readonly form?: Executor['form'];
  readonly text?: string;
  readonly assigns?: boolean;
  readonly dashes?: boolean;
  readonly reads?: boolean;
  readonly program?: string;
  readonly as?: string;
  readonly after?: string;
}

const split = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(' '));

export const executor = (row: Row): Executor => ({
  sub: split(row.sub),
  valued: namesIn(`${row.valued ?? ''} ${row.text ?? ''}`),
  skip: row.skip ?? 0,
  form: row.form ?? 'argv',
  text: namesIn(row.text ?? ''),
  assigns: row.assigns ?? false,
  dashes: row.dashes ?? false,
  reads: row.reads ?? false,
  as: row.as,
  after: namesIn(row.after ?? ''),
  program: row.program ?? (row.valued?.includes('--entrypoint') === true ? '--entrypoint' : undefined),
});
