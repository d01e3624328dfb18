import { readFileSync } from 'node:fs';
import { CORPUS_FILES, parseCorpus, type CorpusCase } from '../corpus.js';

const read = (name: keyof typeof CORPUS_FILES): readonly CorpusCase[] => {
  const corpus = parseCorpus(readFileSync(CORPUS_FILES[name], 'utf8'));
  if (!corpus.ok) throw new Error(corpus.refusal.message);
  return corpus.value;
};

export const blocked = read('blocked');
export const allowed = read('allowed');

/** Where the tests judge. */
export const HERE = { cwd: '/code/repo', workspace: '/code/repo', home: '/home/dev' } as const;

/** A word in single quotes, for a shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
