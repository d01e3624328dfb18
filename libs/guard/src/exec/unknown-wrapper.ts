import type { Call } from '../machine.js';

const CODE_OPTION = /^(-c|--command|--cmd|--exec|--run|--script|--shell-command)(?:=(.*))?$/s;

/**
 * A program that nobody told us of may run another one. Two habits are so common that they are followed: the words
 * after `--` where the first of them is a command that we know, and the text of an option such as `--command`.
 */
export const unknownWrapper = (call: Call): void => {
  const { argv, machine, shell, name } = call;
  if (argv.length < 3) return;
  const dashes = argv.indexOf('--', 1);
  const inner = dashes === -1 ? [] : argv.slice(dashes + 1);
  if (inner.length > 1 && machine.knows(inner[0] ?? '')) {
    machine.within(name, undefined, () => machine.invoke(inner, shell.fork(), '', false));
  }
  const words = dashes === -1 ? argv : argv.slice(0, dashes);
  words.forEach((word, index) => {
    const match = index === 0 ? null : CODE_OPTION.exec(word);
    const text = match?.[2] ?? (match === null ? undefined : words[index + 1]);
    if (text !== undefined && /\s/.test(text))
      machine.runText(text, shell.fork(), `${name} ${match?.[1] ?? ''}`, '', true);
  });
};
