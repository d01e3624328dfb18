import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Characters of one line at most; what is longer cannot be a command the guard would look at. */
export const MAX_LINE = 1_048_576;

const TOO_LONG = Symbol('too long');

/** Splits text into lines as it comes; a line that is too long is given as such, once, and not kept. */
const createSplitter = () => {
  let rest = '';
  let skipping = false;
  const finish = (line: string): string | typeof TOO_LONG => {
    const tooLong = skipping || line.length > MAX_LINE;
    skipping = false;
    return tooLong ? TOO_LONG : line;
  };
  return {
    take: (chunk: string): readonly (string | typeof TOO_LONG)[] => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      const lines = parts.map(finish);
      if (rest.length > MAX_LINE) {
        skipping = true;
        rest = '';
      }
      return lines;
    },
    /** What stands behind the last line break. */
    end: (): readonly (string | typeof TOO_LONG)[] => (rest === '' && !skipping ? [] : [finish(rest)]),
  };
};

export interface AnswerLinesOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** One line of answer for one line of question; undefined for a line that is too long. */
  answer(line: string | undefined): string;
}

/**
 * Answers each line in order, as soon as it is there; reads no further while the reader of the answers is behind.
 */
export const answerLines = async ({ input, output, answer }: AnswerLinesOptions): Promise<void> => {
  const splitter = createSplitter();
  const write = async (lines: readonly (string | typeof TOO_LONG)[]): Promise<void> => {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${answer(line === TOO_LONG ? undefined : line.replace(/\r$/, ''))}\n`).join('');
    if (!output.write(text)) await once(output, 'drain');
  };
  input.setEncoding('utf8');
  for await (const chunk of input) await write(splitter.take(String(chunk)));
  await write(splitter.end());
};
