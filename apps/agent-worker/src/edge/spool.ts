import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFact, type Fact } from '@rig/contracts';

/** Reports on disk until the gateway has them. */
export interface Spool {
  keep(fact: Fact): Promise<void>;
  drop(id: string): Promise<void>;
  /** What lies there, oldest first; files that are no facts are removed. */
  list(): Promise<readonly Fact[]>;
}

export const createSpool = (folder: string): Spool => {
  const pathOf = (id: string): string => join(folder, `${id}.json`);

  const read = async (name: string): Promise<Fact | undefined> => {
    try {
      const parsed = parseFact(JSON.parse(await readFile(join(folder, name), 'utf8')));
      if (parsed.ok) return parsed.value;
    } catch {
      // Not JSON: cut off by a full disk; removed below.
    }
    await rm(join(folder, name), { force: true });
    return undefined;
  };

  return {
    keep: async (fact) => {
      await mkdir(folder, { recursive: true });
      // Written beside and renamed, so that a crash leaves the whole report or none.
      await writeFile(`${pathOf(fact.id)}.part`, JSON.stringify(fact));
      await rename(`${pathOf(fact.id)}.part`, pathOf(fact.id));
    },
    drop: (id) => rm(pathOf(id), { force: true }),
    list: async () => {
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
      const facts = await Promise.all(names.map(read));
      return facts.filter((fact) => fact !== undefined);
    },
  };
};
