import { readFile } from 'node:fs/promises';
import { CORPUS_FILES, parseCorpus, runCorpus, type CorpusCase } from '@rig/guard';
import { usageError } from '../../core/arguments.js';
import { corpusLines, corpusReport } from '../../core/guard/corpus-report.js';
import { createTerminal, printJson, printOut } from '../terminal.js';

const readCorpus = async (file: string | URL): Promise<readonly CorpusCase[]> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw usageError(`the corpus ${String(file)} cannot be read`, 'Name a YAML file of cases: cmd, class, rule.');
  });
  const parsed = parseCorpus(text);
  if (parsed.ok) return parsed.value;
  const { message, fix } = parsed.refusal;
  throw usageError(`${String(file)}: ${message}`, fix ?? 'Name a YAML list of cases.');
};

/** `rig guard corpus`: 0 when every case is decided as it should be, else 1. */
export const runCorpora = async (given: Record<string, unknown>): Promise<number> => {
  const named = given['file'];
  const files = typeof named === 'string' ? [named] : Object.values(CORPUS_FILES);
  const cases = (await Promise.all(files.map(readCorpus))).flat();
  const report = corpusReport(cases, runCorpus(cases));
  if (given['json'] === true) printJson(report);
  else printOut(corpusLines(report, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return report.wrong.length === 0 ? 0 : 1;
};
