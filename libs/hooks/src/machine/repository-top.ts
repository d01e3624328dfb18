import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder with `.git` at or above a folder; undefined outside every repository. */
export const repositoryTop = (folder: string): string | undefined => {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(`${here}/.git`)) return here;
    if (here === dirname(here)) return undefined;
  }
};
