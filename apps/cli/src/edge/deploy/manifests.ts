import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Manifest } from '../../core/deploy/manifest.js';

/** The objects of a YAML text. A key that stands twice, a tab, an object without a kind: all are errors. */
export const parseManifests = (text: string, where: string): readonly Manifest[] => {
  const documents = parseAllDocuments(text, { uniqueKeys: true, strict: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${where}: ${error.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    const parsed = Manifest.safeParse(value);
    if (!parsed.success) throw new Error(`${where}: holds something that is no Kubernetes object`);
    return [parsed.data];
  });
};

/** The objects of every YAML file below a folder of the checkout, by file. */
export const readManifests = async (
  root: string,
  pattern: string,
): Promise<ReadonlyMap<string, readonly Manifest[]>> => {
  const files = new Map<string, readonly Manifest[]>();
  for await (const name of glob(pattern, { cwd: root })) {
    files.set(name, parseManifests(await readFile(join(root, name), 'utf8'), name));
  }
  return files;
};
