import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Figure } from '../core/figure.js';
import { replaceSection, section, type SectionHead } from '../core/text.js';

/** docs/benchmarks.md; the same from src/ and dist/. */
const PAGE = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));

/** Puts the section of one bench into docs/benchmarks.md, in place of its earlier one. */
export const writePage = async (head: SectionHead, figures: readonly Figure[]): Promise<void> => {
  const text = replaceSection(await readFile(PAGE, 'utf8'), head.name, section(head, figures));
  await writeFile(PAGE, await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
};
