import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createPool, exportLog, restoreLog, type SqlPool } from '@rig/event-store';
import { z } from 'zod';
import { parseOption, usageError } from '../core/arguments.js';
import { printOut } from './terminal.js';

/** Schema of the log, which the conductor owns. */
const SCHEMA = 'conductor';

const databaseUrl = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const file = env['RIG_POSTGRES_URL_FILE'] ?? '';
  const url = env['RIG_POSTGRES_URL'] ?? (file === '' ? '' : (await readFile(file, 'utf8')).trim());
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url;
  throw usageError(
    'RIG_POSTGRES_URL is not set to a postgres:// address',
    "Set it, or RIG_POSTGRES_URL_FILE, to the conductor's own.",
  );
};

const withPool = async <T>(work: (pool: SqlPool) => Promise<T>): Promise<T> => {
  const pool = createPool({ url: await databaseUrl(process.env), applicationName: 'rig log', max: 2 });
  return work(pool).finally(() => pool.end());
};

const fileOf = (given: unknown): string => parseOption(z.string().min(1), 'file', given, 'rig log export log.jsonl');

/** `rig log export`: whole or not at all, readable by its owner only. */
export const runLogExport = async (given: unknown): Promise<number> => {
  const file = fileOf(given);
  const draft = `${file}.${process.pid}.part`;
  const lines = await withPool(async (pool) => {
    const out = createWriteStream(draft, { mode: 0o600 });
    let count = 0;
    try {
      for await (const line of exportLog(pool, SCHEMA)) {
        count += 1;
        if (!out.write(`${line}\n`)) await once(out, 'drain');
      }
      out.end();
      await finished(out);
      return count;
    } catch (error) {
      out.destroy();
      await rm(draft, { force: true });
      throw error;
    }
  });
  await chmod(draft, 0o600);
  await rename(draft, file);
  printOut(`${lines - 2} events are in ${file}`);
  return 0;
};

/** Reading begins with the first line that is asked for: a reader that waits loses what comes before. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path);
  try {
    yield* file.readLines();
  } finally {
    await file.close();
  }
}

/** `rig log restore`: into an empty, migrated log; all of it or nothing. */
export const runLogRestore = async (given: unknown): Promise<number> => {
  const events = await withPool((pool) => restoreLog(pool, SCHEMA, linesOf(fileOf(given))));
  printOut(`${events} events are in the log. Now build the read models: conductor rebuild`);
  return 0;
};
