import type { Call } from '../machine.js';
import { namesIn } from '../names.js';

const CODE_OPTION = /^(-c|--command|--cmd|--exec|--run|--script|--shell-command)(?:=(.*))?$/s;

/** What is run through others most, and does most harm. */
const RUN = namesIn(
  'rm dd shred git sh bash zsh chmod chown find xargs kubectl terraform psql mysql curl wget npm pip env',
);
/** They tell about the commands that are named to them. */
const TELLS =
  /^(tldr|cheat|howdoi|navi|eg|how2|info|apropos|whatis|whereis|which|explain|thefuck|complete|compgen|hash|fc|bind|figlet|cowsay|say|notify-send|slack|logger|wall|write|toilet|banner)$/;

/** `chronic rm -rf x`: the words after the options, where they begin with a command that we know. */
const wordsAsCommand = (call: Call): void => {
  const { argv, machine, shell, name } = call;
  const first = argv.findIndex((word, index) => index > 0 && !/^(-|\d+$)/.test(word));
  const inner = first === -1 ? [] : argv.slice(first);
  if (inner.length < 2 || !RUN.has(inner[0] ?? '') || TELLS.test(name) || (argv[0] ?? '').includes('/')) return;
  machine.within(name, undefined, () => machine.invoke(inner, shell.fork(), '', false));
};

/**
 * A program that nobody told us of may run another one. Three habits are so common that they are followed: the words
 * after `--` where the first of them is a command that we know, the text of an option such as `--command`, and words
 * that are themselves a command.
 */
export const unknownWrapper = (call: Call): void => {
  const { argv, machine, shell, name } = call;
  if (argv.length < 3) return;
  wordsAsCommand(call);
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
