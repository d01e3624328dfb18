import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { answerLines, MAX_LINE } from './answer-lines.js';

const open = (highWaterMark?: number) => {
  const input = new PassThrough();
  const output = new PassThrough(highWaterMark === undefined ? {} : { highWaterMark });
  output.setEncoding('utf8');
  let asked = 0;
  const answer = (line: string | undefined): string => {
    asked += 1;
    return line === undefined ? 'too long' : `<${line}>`;
  };
  const done = answerLines({ input, output, answer });
  return { input, output, done, asked: () => asked };
};

const answersTo = async (...chunks: readonly (string | Buffer)[]): Promise<readonly string[]> => {
  const { input, output, done } = open(16 * MAX_LINE);
  for (const chunk of chunks) input.write(chunk);
  input.end();
  await done;
  return String(output.read() ?? '').split('\n');
};

describe('answers line by line', () => {
  it('come in order, one for each line, the last one without a line break too', async () => {
    expect(await answersTo('a\nb\r\n\nc')).toEqual(['<a>', '<b>', '<>', '<c>', '']);
    expect(await answersTo('a\n')).toEqual(['<a>', '']);
    expect(await answersTo('')).toEqual(['']);
  });

  it('put together what comes in pieces, also within a character', async () => {
    const euro = Buffer.from('€\n');
    expect(await answersTo('a', 'b\nc', euro.subarray(0, 1), euro.subarray(1))).toEqual(['<ab>', '<c€>', '']);
  });

  it('come before the input ends', async () => {
    const { input, output, done } = open();
    input.write('first\n');
    await once(output, 'readable');
    expect(output.read()).toBe('<first>\n');
    input.end();
    await done;
  });

  it('say of a line that is too long that it is, and go on behind it', async () => {
    const long = 'x'.repeat(MAX_LINE);
    expect(await answersTo('a\n', long, long, 'x\nb\n', `${long}x\nc`)).toEqual([
      '<a>',
      'too long',
      '<b>',
      'too long',
      '<c>',
      '',
    ]);
    expect(await answersTo(long, 'x')).toEqual(['too long', '']);
  });

  it('wait while nobody reads them', async () => {
    const { input, output, done, asked } = open(1);
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    };
    input.write('a\n');
    await once(output, 'readable');
    input.write('b\n');
    await turns();
    expect(asked()).toBe(1);
    expect(output.read()).toBe('<a>\n');
    await once(output, 'readable');
    expect([asked(), output.read()]).toEqual([2, '<b>\n']);
    input.end();
    await done;
  });
});
