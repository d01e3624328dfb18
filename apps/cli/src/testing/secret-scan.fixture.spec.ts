import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '@rig/embedded';
import { createPool } from '@rig/event-store';

const run = promisify(execFile);

/** Where a run keeps its secrets on purpose, readable by its owner alone. */
const KEPT = /^(?:secrets\/|keys\/|data\/[a-z]+\/password$)/;
/** Shapes of what is made while a run goes on, which nobody writes down: forge tokens, access tokens, basic auth. */
const SHAPES = [
  /\bgh[a-z]_[A-Za-z0-9]{20,}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  /-----BEGIN (?:RSA )?PRIVATE KEY-----/,
  /\b(?:postgres(?:ql)?|rediss?):\/\/[^\s:@/]*:[^\s@]{6,}@/,
  /\bBasic [A-Za-z0-9+/]{24,}={0,2}/,
];

const filesOf = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** Every secret that the run wrote down: whole files, and for keys a line out of their middle. */
export const secretsOf = async (folder: string): Promise<readonly string[]> => {
  const files = (await filesOf(folder)).filter((file) => KEPT.test(file) && !/public|\.json$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => (text.startsWith('-----') ? (text.split('\n')[1] ?? text) : text.trim()));
};

/** What of the secrets, or of their shapes, stands in a text. Names the kind, never the secret. */
export const findSecrets = (text: string, secrets: readonly string[]): readonly string[] => [
  ...secrets.flatMap((secret, n) => (text.includes(secret) ? [`secret ${n}`] : [])),
  ...SHAPES.flatMap((shape) => (shape.test(text) ? [`something like ${shape.source}`] : [])),
];

const tables = `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('conductor', 'dispatcher', 'guard') order by 1`;

/** Every row of every table of Rig, as text: the files of a database are compressed. */
const databaseTexts = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const server = await startPostgres({ dataDir: join(folder, 'data/postgres') });
  const pool = createPool({ url: server.url, applicationName: 'secret-scan', max: 1 });
  try {
    const texts = new Map<string, string>();
    for (const { name } of (await pool.query<{ name: string }>(tables)).rows) {
      const rows = await pool.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
      const bodies = name.endsWith('.inbox')
        ? await pool.query<{ text: string }>(`select convert_from(body, 'UTF8') as text from ${name}`)
        : { rows: [] };
      texts.set(name, [...rows.rows, ...bodies.rows].map(({ text }) => text).join('\n'));
    }
    return texts;
  } finally {
    await pool.end();
    await server.stop();
  }
};

/** Everything that a run leaves behind besides its secrets: by file, by table, by repository. */
export const textsOf = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map(await databaseTexts(folder));
  for (const file of await filesOf(folder)) {
    if (KEPT.test(file)) continue;
    texts.set(file, (await readFile(join(folder, file))).toString('latin1'));
  }
  const repositories = [...texts.keys()].filter((file) => file.endsWith('.git/HEAD')).map((file) => file.slice(0, -5));
  for (const repository of repositories) {
    const args = ['log', '--all', '--patch', '--format=fuller'];
    const { stdout } = await run('git', args, { cwd: join(folder, repository), maxBuffer: 64 * 1024 * 1024 });
    texts.set(`history of ${repository}`, stdout);
  }
  return texts;
};
