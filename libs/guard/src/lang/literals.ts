import type { Call } from '../machine.js';
import { decodeEscapes } from '../shell/escapes.js';
import type { Token } from './lexer.js';

/** Words by which a language starts another program or deletes. */
const ACTS =
  /system|exec|spawn|popen|shell|\bsh\b|\brun\b|cmd|command|process|launch|\.!|\brm\b|unlink|delete|remove|rmdir/i;
const PRINTS =
  /^(print\w*|puts|echo|say|write\w*|putStr\w*|IO\.puts|io:format|display|disp|log|cat|message|format|println!?)$/i;

/** Words that delete the file or folder they are given. */
const DELETES = /^(rm\w*|unlink|del|delete\w*|remove\w*|rmtree)!?$/i;

/** Runs of texts with nothing but commas and brackets between them: the words of one command. */
const runsOf = (
  tokens: readonly Token[],
): readonly { readonly words: readonly string[]; readonly before: string }[] => {
  const out: { words: string[]; before: string }[] = [];
  let current: string[] | undefined;
  tokens.forEach((token, at) => {
    if (token.kind === 'text') {
      if (current === undefined) {
        current = [];
        const head = tokens.slice(Math.max(0, at - 3), at).findLast(({ kind }) => kind === 'name');
        out.push({ words: current, before: head?.value ?? '' });
      }
      current.push(decodeEscapes(token.value));
    } else {
      const label = token.kind === 'name' && (token.value === 'list' || tokens[at + 1]?.value === ':');
      if (!label && !(token.kind === 'sign' && /^[,:[\](]$/.test(token.value))) current = undefined;
    }
  });
  return out;
};

/**
 * For languages that are not followed call by call: if a one-liner starts programs at all, every text in it that is
 * not plainly printed is taken for the command.
 */
export const judgeLiterals = (code: string, tokens: readonly Token[], call: Call): void => {
  // Its own words count, not those in its texts.
  if (!tokens.some(({ kind, value }) => kind === 'name' && ACTS.test(value)) && !/\.!|`/.test(code)) return;
  const { machine, shell, name } = call;
  for (const { words, before } of runsOf(tokens)) {
    if (PRINTS.test(before.split('.').at(-1) ?? '')) continue;
    const [first = ''] = words;
    if (DELETES.test(before.split(/[.:]+/).at(-1) ?? '') && /^[~/.]/.test(first))
      machine.invoke(['rm', '-rf', '--', first], shell.fork(), '', false);
    if (words.length > 1 && !/\s/.test(first)) machine.invoke(words, shell.fork(), '', false);
    for (const word of words) if (/\s/.test(word)) machine.runText(word, shell.fork(), `${name} code`, '', true);
  }
};
