import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A row of a table that ends in a test's name and the file that holds it. */
const ROW = /\| (?<name>[^|]+?) +\| `(?<file>[^`]+\.ts)` +\|$/gm;

/** What a page says is tested, and no file tests: `docs/threat-model.md` must not outlive its tests. */
export const missingTests = async (page: string): Promise<readonly string[]> => {
  const text = await readFile(`${root}${page}`, 'utf8').catch(() => '');
  const rows = [...text.matchAll(ROW)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    file: groups?.['file'] ?? '',
  }));
  if (rows.length === 0) return [`${page} names no tests`];
  const missing: string[] = [];
  for (const { name, file } of rows) {
    const source = await readFile(`${root}${file}`, 'utf8').catch(() => '');
    // Names stand in the source with their quotes escaped.
    if (!source.replaceAll("\\'", "'").includes(name)) missing.push(`${page}: "${name}" is not in ${file}`);
  }
  return missing;
};
